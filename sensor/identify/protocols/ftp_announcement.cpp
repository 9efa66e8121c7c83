#include "sensor/identify/protocols/ftp_announcement.h"

#include <array>
#include <charconv>

#include "sensor/identify/text_line.h"

namespace sensor::identify::ftp {
namespace {

/// A decimal number at the start of `text`, which it leaves; nothing if there is none up to `most`.
std::optional<unsigned> take_number(std::string_view& text, unsigned most) noexcept {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || value > most) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return value;
}

bool take(std::string_view& text, char expected) noexcept {
    if (text.empty() || text.front() != expected) return false;
    text.remove_prefix(1);
    return true;
}

std::optional<PortNumber> as_port(unsigned number) noexcept {
    if (number == 0) return std::nullopt;
    return PortNumber{static_cast<std::uint16_t>(number)};
}

/// "h1,h2,h3,h4,p1,p2"
std::optional<PortNumber> read_six(std::string_view text) noexcept {
    std::array<unsigned, 6> numbers{};
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        if (i != 0 && !take(text, ',')) return std::nullopt;
        const auto number = take_number(text, 255);
        if (!number) return std::nullopt;
        numbers[i] = *number;
    }
    return as_port(numbers[4] << 8U | numbers[5]);
}

/// "|1|192.0.2.1|5000|", "|||5000|" or with another delimiter
std::optional<PortNumber> read_extended(std::string_view text) noexcept {
    if (text.empty()) return std::nullopt;
    const char delimiter = text.front();
    for (unsigned field = 0; field < 3; ++field) {
        const auto at = text.find(delimiter);
        if (at == std::string_view::npos) return std::nullopt;
        text.remove_prefix(at + 1);
    }
    const auto number = take_number(text, 65535);
    return number && take(text, delimiter) ? as_port(*number) : std::nullopt;
}

std::optional<PortNumber> read_command(std::string_view line) noexcept {
    const auto verb = text::take_word(line);
    if (text::same(verb, "PORT")) return read_six(line);
    if (text::same(verb, "EPRT")) return read_extended(line);
    return std::nullopt;
}

/// RFC 1123 §4.1.2.6: nothing but the first digit marks where the numbers of a 227 begin.
std::optional<PortNumber> read_reply(std::string_view line) noexcept {
    if (line.starts_with("227 ")) {
        const auto digit = line.find_first_of("0123456789", 4);
        return digit == std::string_view::npos ? std::nullopt : read_six(line.substr(digit));
    }
    if (line.starts_with("229 ")) {
        const auto bracket = line.find('(');
        return bracket == std::string_view::npos ? std::nullopt
                                                 : read_extended(line.substr(bracket + 1));
    }
    return std::nullopt;
}

}  // namespace

std::optional<Announcement> read_announcement(bytes::View payload, Direction direction,
                                              PortNumber /*port*/) noexcept {
    constexpr std::size_t kShortest = 14;  // "PORT 1,1,1,1,1"
    if (payload.size() < kShortest) return std::nullopt;
    const auto first = payload.front();
    const bool is_client = direction == Direction::kToServer;
    const bool may_announce =
        is_client ? (first | 0x20U) == 'p' || (first | 0x20U) == 'e' : first == '2';
    if (!may_announce) return std::nullopt;
    const std::string_view line = text::first_line(payload);
    const auto port = is_client ? read_command(line) : read_reply(line);
    if (!port) return std::nullopt;
    return Announcement{.side = direction, .port = *port};
}

}  // namespace sensor::identify::ftp
