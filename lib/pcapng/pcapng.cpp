#include "lib/pcapng/pcapng.h"

#include <concepts>

namespace pcapng {
namespace {

constexpr std::uint32_t kSectionHeader = 0x0a0d0d0a;
constexpr std::uint32_t kByteOrder = 0x1a2b3c4d;
constexpr std::uint32_t kInterfaceDescription = 1;
constexpr std::uint32_t kEnhancedPacket = 6;

// Options (§3.5; those of each block with it).
constexpr std::uint16_t kEndOfOptions = 0;
constexpr std::uint16_t kComment = 1;
constexpr std::uint16_t kInterfaceName = 2;
constexpr std::uint16_t kUserApplication = 4;
constexpr std::uint16_t kTimeResolution = 9;

template <std::unsigned_integral Int>
void append(std::string& out, Int value) {
    for (std::size_t byte = 0; byte < sizeof(Int); ++byte)
        out += static_cast<char>(value >> (8 * byte) & 0xffU);
}

/// To a multiple of 4 bytes.
void append_padded(std::string& out, std::string_view content) {
    out += content;
    out.append((4 - content.size() % 4) % 4, '\0');
}

/// Not in the middle of a character.
std::string_view cut(std::string_view text) noexcept {
    if (text.size() <= kMostText) return text;
    std::size_t length = kMostText;
    while (length != 0 && (static_cast<unsigned char>(text[length]) & 0xc0U) == 0x80U)
        --length;
    return text.substr(0, length);
}

void append_option(std::string& out, std::uint16_t code, std::string_view value) {
    append(out, code);
    append(out, static_cast<std::uint16_t>(value.size()));
    append_padded(out, value);
}

void append_text(std::string& out, std::uint16_t code, std::string_view text) {
    if (!text.empty()) append_option(out, code, cut(text));
}

/// §3.1: type, length of the whole block, its body, and the length again.
template <class Body>
void append_block(std::string& out, std::uint32_t type, Body&& body) {
    const std::size_t begin = out.size();
    append(out, type);
    append(out, std::uint32_t{0});
    body();
    const auto length = static_cast<std::uint32_t>(out.size() - begin + sizeof(std::uint32_t));
    append(out, length);
    std::string field;
    append(field, length);
    out.replace(begin + sizeof type, field.size(), field);
}

}  // namespace

void append_section(std::string& out, std::string_view application) {
    append_block(out, kSectionHeader, [&] {
        append(out, kByteOrder);
        append(out, std::uint16_t{1});   // major version
        append(out, std::uint16_t{0});   // minor version
        append(out, ~std::uint64_t{0});  // the section's length is not told
        append_text(out, kUserApplication, application);
        append_option(out, kEndOfOptions, {});
    });
}

void append_interface(std::string& out, const Interface& interface) {
    constexpr std::string_view kNanoseconds{"\x09", 1};  // of a second: 10 to the -9th
    append_block(out, kInterfaceDescription, [&] {
        append(out, interface.link_type);
        append(out, std::uint16_t{0});  // reserved
        append(out, interface.snap_bytes);
        append_text(out, kInterfaceName, interface.name);
        append_option(out, kTimeResolution, kNanoseconds);
        append_option(out, kEndOfOptions, {});
    });
}

void append_packet(std::string& out, const Packet& packet) {
    const auto time = static_cast<std::uint64_t>(packet.time_ns);
    append_block(out, kEnhancedPacket, [&] {
        append(out, packet.interface);
        append(out, static_cast<std::uint32_t>(time >> 32U));
        append(out, static_cast<std::uint32_t>(time));
        append(out, static_cast<std::uint32_t>(packet.data.size()));
        append(out, packet.original_bytes);
        append_padded(out, bytes::text_of(packet.data));
        if (packet.comment.empty()) return;
        append_text(out, kComment, packet.comment);
        append_option(out, kEndOfOptions, {});
    });
}

}  // namespace pcapng
