#include "sensor/identify/protocols/socks5.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace sensor::identify::socks5 {
namespace {

enum class Method : std::uint8_t {  // IANA SOCKS methods; up to 9, and private ones from 0x80
    kNone = 0,
    kGssapi = 1,
    kPassword = 2,
    kLastAssigned = 9,
    kFirstPrivate = 0x80,
    kNoneAcceptable = 0xff,
};
constexpr std::uint8_t kVersion = 5;

/// One bit for each assigned method and one for all private ones; 0 for what is no method.
constexpr std::uint32_t bit_of(std::uint8_t method) noexcept {
    if (method <= static_cast<std::uint8_t>(Method::kLastAssigned)) return 1U << method;
    const bool is_private = method >= static_cast<std::uint8_t>(Method::kFirstPrivate) &&
                            method != static_cast<std::uint8_t>(Method::kNoneAcceptable);
    return is_private ? 1U << 10U : 0;
}
constexpr bool offers(std::uint32_t offered, Method method) noexcept {
    return (offered & bit_of(static_cast<std::uint8_t>(method))) != 0;
}

/// The request's destination, RFC 1928 §4-5.
struct Destination {
    enum class Form : std::uint8_t { kIpv4 = 1, kName = 3, kIpv6 = 4 };
    Form form{};
    bytes::View host;
    std::uint16_t port = 0;
};

/// What a client has said so far.
struct Opening {
    Match match = Match::kNo;
    std::uint32_t offered = 0;  ///< see bit_of()
    std::optional<Destination> destination;
};

Match read_request(bytes::ByteCursor& cursor, std::optional<Destination>& destination) noexcept {
    const auto version = cursor.read<std::uint8_t>();
    const auto command = cursor.read<std::uint8_t>();
    const auto reserved = cursor.read<std::uint8_t>();
    const auto form = static_cast<Destination::Form>(cursor.read<std::uint8_t>());
    if (!cursor.ok()) return version <= kVersion ? Match::kNeedMore : Match::kNo;
    if (version != kVersion || command < 1 || command > 3 || reserved != 0) return Match::kNo;
    std::size_t length = 0;
    switch (form) {
        case Destination::Form::kIpv4: length = 4; break;
        case Destination::Form::kIpv6: length = 16; break;
        case Destination::Form::kName: length = cursor.read<std::uint8_t>(); break;
        default: return Match::kNo;
    }
    const bytes::View host = cursor.take(length);
    const auto port = cursor.read<std::uint16_t>();
    if (!cursor.ok()) return Match::kNeedMore;
    const auto is_graphic = [](std::uint8_t c) { return c > ' ' && c <= '~'; };
    const bool is_name = form == Destination::Form::kName;
    if (is_name && (host.empty() || !std::ranges::all_of(host, is_graphic))) return Match::kNo;
    destination = {.form = form, .host = host, .port = port};
    return Match::kYes;
}

Opening read_opening(bytes::View said) noexcept {
    Opening opening;
    bytes::ByteCursor cursor{said};
    const auto version = cursor.read<std::uint8_t>();
    const std::size_t count = cursor.read<std::uint8_t>();
    const bool is_cut = cursor.rest().size() < count;
    for (const std::uint8_t method : cursor.rest().first(is_cut ? cursor.rest().size() : count)) {
        const std::uint32_t bit = bit_of(method);
        const bool is_repeated = (opening.offered & bit) != 0 && bit != 1U << 10U;
        if (bit == 0 || is_repeated) return opening;
        opening.offered |= bit;
    }
    if (version != kVersion || (cursor.ok() && count == 0)) return opening;
    cursor.skip(count);
    opening.match = Match::kNeedMore;
    if (cursor.empty()) return opening;
    constexpr std::uint8_t kSubnegotiation = 1;  // its version: RFC 1929 §2, RFC 1961 §3
    if (cursor.peek() == kSubnegotiation && offers(opening.offered, Method::kPassword)) {
        cursor.skip(1);
        cursor.skip(cursor.read<std::uint8_t>());
        cursor.skip(cursor.read<std::uint8_t>());
        if (cursor.empty()) return opening;
    } else if (cursor.peek() == kSubnegotiation && offers(opening.offered, Method::kGssapi)) {
        cursor.skip(1);
        const auto message_type = cursor.read<std::uint8_t>();
        const auto length = cursor.read<std::uint16_t>();
        if (!cursor.ok()) return opening;
        opening.match = message_type == 1 && length != 0 ? Match::kYes : Match::kNo;
        return opening;
    } else if (!offers(opening.offered, Method::kNone)) {
        opening.match = Match::kNo;
        return opening;
    }
    opening.match = read_request(cursor, opening.destination);
    return opening;
}

/// `offered` is what the client left, 0 before it is recognised.
Match read_choice(bytes::View said, std::uint32_t offered) noexcept {
    bytes::ByteCursor cursor{said};
    const auto version = cursor.read<std::uint8_t>();
    const auto method = cursor.read<std::uint8_t>();
    if (version != kVersion) return Match::kNo;
    if (!cursor.ok()) return Match::kNeedMore;
    const bool is_refusal = method == static_cast<std::uint8_t>(Method::kNoneAcceptable);
    if (bit_of(method) == 0 && !is_refusal) return Match::kNo;
    if (offered == 0) return Match::kNeedMore;
    if (is_refusal) return cursor.empty() ? Match::kYes : Match::kNo;
    if ((offered & bit_of(method)) == 0) return Match::kNo;
    // The reply to the request, or to the authentication before it.
    const bool is_open = method == static_cast<std::uint8_t>(Method::kNone);
    const std::uint8_t next = is_open ? kVersion : std::uint8_t{1};
    return cursor.empty() || cursor.peek() == next ? Match::kYes : Match::kNo;
}

/// "host:port"; an IPv6 host stands in brackets, all its groups written out.
class DestinationText {
  public:
    explicit DestinationText(const Destination& destination) noexcept {
        switch (destination.form) {
            case Destination::Form::kName:
                for (const char character : bytes::text_of(destination.host))
                    append(character);
                break;
            case Destination::Form::kIpv4:
                append_groups<std::uint8_t>(destination.host, '.', 10);
                break;
            case Destination::Form::kIpv6:
                append('[');
                append_groups<std::uint16_t>(destination.host, ':', 16);
                append(']');
                break;
        }
        append(':');
        append_number(destination.port, 10);
    }
    std::string_view text() const noexcept { return {text_.data(), size_}; }

  private:
    void append(char character) noexcept {
        if (size_ < text_.size()) text_[size_++] = character;
    }
    void append_number(unsigned number, int base) noexcept {
        char* const end = text_.data() + text_.size();
        const auto written = std::to_chars(text_.data() + size_, end, number, base);
        size_ = static_cast<std::size_t>(written.ptr - text_.data());
    }
    template <class Group>
    void append_groups(bytes::View host, char separator, int base) noexcept {
        for (bytes::ByteCursor cursor{host}; !cursor.empty();) {
            append_number(cursor.read<Group>(), base);
            if (!cursor.empty()) append(separator);
        }
    }

    std::array<char, 255 + 6> text_;  // the longest name, a colon, a port
    std::size_t size_ = 0;
};

}  // namespace

Verdict validate(const Exchange& exchange) noexcept {
    const bool may_be_client = exchange.token == 0 && (!exchange.direction_known ||
                                                       exchange.direction == Direction::kToServer);
    if (may_be_client) {
        const Opening opening = read_opening(exchange.said);
        if (opening.match != Match::kNo || exchange.direction_known) {
            return {opening.match, Role::kClient, opening.offered};
        }
    }
    return {read_choice(exchange.said, exchange.token), Role::kServer};
}

void extract(const Exchange& exchange, Facts& facts) noexcept {
    if (exchange.direction != Direction::kToServer) return;
    const auto destination = read_opening(exchange.said).destination;
    if (destination) facts.add(Fact::kDestinationRequested, DestinationText{*destination}.text());
}

}  // namespace sensor::identify::socks5
