#include "tests/support/traffic/trace_writer.h"

#include <algorithm>
#include <fstream>

namespace traffic {
namespace {

constexpr std::uint32_t kSnapLength = 262144;  // bytes; libpcap's own maximum

std::uint32_t wire_length_of(const Packet& packet) {
    return packet.wire_length != 0 ? packet.wire_length
                                   : static_cast<std::uint32_t>(packet.frame.size());
}

/// draft-ietf-opsawg-pcap §4: magic, version 2.4, two reserved words, snap length, link type.
void write_pcap_header(ByteWriter& out, const Format& format) {
    const bool nanoseconds = format.resolution == Resolution::kNanoseconds;
    out.little_endian<4>(nanoseconds ? 0xa1b23c4dU : 0xa1b2c3d4U);
    out.little_endian<2>(2).little_endian<2>(4).zeros(8);
    out.little_endian<4>(kSnapLength);
    out.little_endian<4>(static_cast<std::uint64_t>(format.link));
}

/// §5: seconds, fraction, captured length, original length, data.
void write_pcap_packet(ByteWriter& out, const Format& format, const Packet& packet) {
    constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;
    const std::int64_t time = sensor::nanoseconds_of(packet.time);
    const auto seconds = static_cast<std::uint64_t>(time / kNanosecondsPerSecond);
    const auto fraction = static_cast<std::uint64_t>(time % kNanosecondsPerSecond);
    out.little_endian<4>(seconds);
    out.little_endian<4>(format.resolution == Resolution::kNanoseconds ? fraction
                                                                       : fraction / 1000);
    out.little_endian<4>(packet.frame.size()).little_endian<4>(wire_length_of(packet));
    out.bytes(packet.frame);
}

/// draft-ietf-opsawg-pcapng §3.1: type and total length, body padded to 4 bytes, length again.
void write_block(ByteWriter& out, std::uint32_t type, bytes::View body) {
    constexpr std::size_t kAround = 12;  // bytes of type and both lengths
    const std::size_t padding = (4 - body.size() % 4) % 4;
    const std::size_t length = kAround + body.size() + padding;
    out.little_endian<4>(type).little_endian<4>(length);
    out.bytes(body).zeros(padding).little_endian<4>(length);
}

/// §4.1 Section Header and §4.2 Interface Description with if_tsresol, a power of ten.
void write_pcapng_header(ByteWriter& out, const Format& format) {
    ByteWriter section;
    section.little_endian<4>(0x1a2b3c4d).little_endian<2>(1).little_endian<2>(0);
    section.little_endian<8>(~std::uint64_t{0});  // section length not given
    write_block(out, 0x0a0d0d0a, section.view());

    ByteWriter interface;
    interface.little_endian<2>(static_cast<std::uint64_t>(format.link)).zeros(2);
    interface.little_endian<4>(kSnapLength);
    interface.little_endian<2>(9).little_endian<2>(1);  // if_tsresol, one byte long
    interface.u8(format.resolution == Resolution::kNanoseconds ? 9 : 6).zeros(3);
    interface.zeros(4);  // opt_endofopt
    write_block(out, 1, interface.view());
}

/// §4.3 Enhanced Packet Block: interface, time (high, low), captured and original length, data.
void write_pcapng_packet(ByteWriter& out, const Format& format, const Packet& packet) {
    auto units = static_cast<std::uint64_t>(sensor::nanoseconds_of(packet.time));
    if (format.resolution == Resolution::kMicroseconds) units /= 1000;
    ByteWriter block;
    block.zeros(4).little_endian<4>(units >> 32U).little_endian<4>(units);
    block.little_endian<4>(packet.frame.size()).little_endian<4>(wire_length_of(packet));
    block.bytes(packet.frame);
    write_block(out, 6, block.view());
}

}  // namespace

std::vector<Packet> Trace::sorted() const {
    std::vector<Packet> packets = packets_;
    std::ranges::stable_sort(packets, {}, &Packet::time);
    return packets;
}

Bytes Trace::file(const Format& format) const {
    const bool pcap = format.container == Container::kPcap;
    ByteWriter out;
    pcap ? write_pcap_header(out, format) : write_pcapng_header(out, format);
    for (const Packet& packet : sorted()) {
        pcap ? write_pcap_packet(out, format, packet) : write_pcapng_packet(out, format, packet);
    }
    return out.take();
}

result::Status write_file(const std::string& path, bytes::View content) {
    std::ofstream file{path, std::ios::binary | std::ios::trunc};
    const std::string_view text = bytes::text_of(content);
    file.write(text.data(), static_cast<std::streamsize>(text.size()));
    file.close();
    if (!file) {
        return result::Error{path + ": cannot be written; does its folder exist, with room left?"};
    }
    return result::Done{};
}

}  // namespace traffic
