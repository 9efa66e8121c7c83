#include "sensor/identify/protocols/amqp.h"

#include <algorithm>

#include "sensor/identify/text_line.h"

namespace sensor::identify::amqp {
namespace {

constexpr std::size_t kHeaderSize = 8;  // bytes of a protocol header
constexpr std::uint8_t kFrameEnd = 0xce;
constexpr std::uint32_t kLongestFrame = std::uint32_t{16} << 20U;  // bytes

/// The token: which protocol's header was sent.
enum class Dialect : std::uint32_t { kNone, kOld, k10, kSasl, kTls };

/// The four bytes behind "AMQP": protocol, major, minor, revision.
constexpr Dialect dialect_of(std::uint32_t version) noexcept {
    switch (version) {
        case 0x00000901:                        // 0-9-1
        case 0x01010901:                        // the same, as some clients write it
        case 0x01010009:                        // 0-9
        case 0x01010800:                        // 0-8
        case 0x0101000a: return Dialect::kOld;  // 0-10
        case 0x00010000: return Dialect::k10;
        case 0x02010000: return Dialect::kTls;
        case 0x03010000: return Dialect::kSasl;
        default: return Dialect::kNone;
    }
}

struct Header {
    Match match = Match::kNo;
    Dialect dialect = Dialect::kNone;
};

Header read_header(bytes::View said) noexcept {
    constexpr std::string_view kName = "AMQP";
    const auto start = bytes::text_of(said).substr(0, kName.size());
    if (start.empty() || !kName.starts_with(start)) return {};
    bytes::ByteCursor cursor{said};
    cursor.skip(kName.size());
    const auto version = cursor.read<std::uint32_t>();
    if (!cursor.ok()) return {Match::kNeedMore};
    const Dialect dialect = dialect_of(version);
    return {dialect == Dialect::kNone ? Match::kNo : Match::kYes, dialect};
}

/// Classes with the highest method of each: connection, channel, access, exchange, queue, basic,
/// confirm and transaction.
constexpr bool is_method(std::uint16_t class_id, std::uint16_t method) noexcept {
    struct Class {
        std::uint16_t id;
        std::uint16_t last;
    };
    constexpr std::array<Class, 8> kClasses{
        {{10, 71}, {20, 41}, {30, 11}, {40, 51}, {50, 51}, {60, 120}, {85, 11}, {90, 31}}};
    return method >= 10 && std::ranges::any_of(kClasses, [&](const Class& each) {
               return each.id == class_id && method <= each.last;
           });
}

struct Start {
    Match match = Match::kNo;
    bytes::View properties;
};

/// Connection.Start, the first thing a 0-9 server says: version, a table, mechanisms, locales.
Start read_start(bytes::View arguments) noexcept {
    bytes::ByteCursor cursor{arguments};
    const auto major = cursor.read<std::uint8_t>();
    const auto minor = cursor.read<std::uint8_t>();
    const auto properties = cursor.take(cursor.read<std::uint32_t>());
    const auto mechanisms = bytes::text_of(cursor.take(cursor.read<std::uint32_t>()));
    const auto locales = bytes::text_of(cursor.take(cursor.read<std::uint32_t>()));
    const bool is_version = (major == 0 && minor == 9) || (major == 8 && minor == 0);
    const bool is_legal = cursor.ok() && cursor.empty() && is_version && !mechanisms.empty() &&
                          text::is_made_of(mechanisms, "-_ ") && text::is_made_of(locales, "-_. ");
    return {is_legal ? Match::kYes : Match::kNo, properties};
}

struct Frame {
    Match match = Match::kNo;
    Role role = Role::kEither;
    bytes::View payload = {};  ///< of a Connection.Start, behind its method
};

/// Type, channel, size, payload, end, 0-9-1 §4.2.3: a method or a heartbeat.
Frame read_frame(bytes::View said) noexcept {
    bytes::ByteCursor cursor{said};
    const auto type = cursor.read<std::uint8_t>();
    const auto channel = cursor.read<std::uint16_t>();
    const auto size = cursor.read<std::uint32_t>();
    if (!cursor.ok()) return {Match::kNeedMore};
    if (type == 8) {
        if (channel != 0 || size != 0) return {};
        const bool ends = cursor.read<std::uint8_t>() == kFrameEnd;
        if (!cursor.ok()) return {Match::kNeedMore};
        return {ends ? Match::kYes : Match::kNo};
    }
    if (type != 1 || size < 4 || size > kLongestFrame) return {};
    bytes::ByteCursor payload{cursor.rest().first(std::min<std::size_t>(size,  //
                                                                        cursor.rest().size()))};
    const auto class_id = payload.read<std::uint16_t>();
    const auto method = payload.read<std::uint16_t>();
    if (!payload.ok()) return {Match::kNeedMore};
    if (!is_method(class_id, method)) return {};
    cursor.skip(size);
    const bool ends = cursor.read<std::uint8_t>() == kFrameEnd;
    if (!cursor.ok()) return {Match::kNeedMore};
    if (!ends) return {};
    const bool is_start = class_id == 10 && method == 10;
    if (!is_start) return {Match::kYes};
    return {read_start(payload.rest()).match, Role::kServer, payload.rest()};
}

/// 1.0: a frame's header of two words, then a performative: a description that is a small or a
/// large number, part 2 §2.3 and §2.7, part 5 §5.3.3.
Match match_new_frame(bytes::View said) noexcept {
    bytes::ByteCursor cursor{said};
    const auto size = cursor.read<std::uint32_t>();
    const auto words = cursor.read<std::uint8_t>();
    const auto type = cursor.read<std::uint8_t>();
    cursor.skip(2);  // channel
    const auto described = cursor.read<std::uint8_t>();
    const auto constructor = cursor.read<std::uint8_t>();
    const auto descriptor = constructor == 0x80 ? cursor.read<std::uint64_t>()
                                                : std::uint64_t{cursor.read<std::uint8_t>()};
    const auto value = cursor.read<std::uint8_t>();
    if (!cursor.ok()) return Match::kNeedMore;
    const bool is_sasl = type == 1;
    const std::uint64_t first = is_sasl ? 0x40 : 0x10;
    const std::uint64_t last = is_sasl ? 0x44 : 0x18;
    const bool is_list = value == 0x45 || value == 0xc0 || value == 0xd0;
    const bool is_legal = size >= 12 && size <= kLongestFrame && words == 2 && type <= 1 &&
                          described == 0 && (constructor == 0x53 || constructor == 0x80) &&
                          descriptor >= first && descriptor <= last && is_list;
    return is_legal ? Match::kYes : Match::kNo;
}

}  // namespace

Verdict validate(const Exchange& exchange) noexcept {
    const auto said = exchange.said;
    if (said.empty()) return {Match::kNeedMore};
    switch (said.front()) {
        case 'A': {
            const Header header = read_header(said);
            return {header.match, Role::kEither, static_cast<std::uint32_t>(header.dialect)};
        }
        case 0: return {match_new_frame(said), Role::kEither};
        default: {
            const Frame frame = read_frame(said);
            return {frame.match, frame.role};
        }
    }
}

void extract(const Exchange& exchange, Facts& facts) noexcept {
    constexpr std::string_view kProduct{"\x07product", 8};
    const Frame frame = read_frame(exchange.said);
    if (frame.match != Match::kYes || frame.payload.empty()) return;
    const auto properties = read_start(frame.payload).properties;
    const auto at = bytes::text_of(properties).find(kProduct);
    if (at == std::string_view::npos) return;
    bytes::ByteCursor cursor{properties.subspan(at + kProduct.size())};
    if (cursor.read<std::uint8_t>() != 'S') return;
    const auto product = cursor.take(cursor.read<std::uint32_t>());
    if (cursor.ok()) facts.add(Fact::kSoftware, product);
}

Upgrade upgrade(bytes::View client, bytes::View server) noexcept {
    const auto may_be_tls = [](const Header& header) {
        return header.match == Match::kNeedMore || header.dialect == Dialect::kTls;
    };
    const Header asked = read_header(client);
    const Header answered = read_header(server);
    if (!client.empty() && !may_be_tls(asked)) return {};
    if (!server.empty() && !may_be_tls(answered)) return {};
    if (asked.match != Match::kYes || answered.match != Match::kYes) {
        return {.state = Upgrade::State::kPending};
    }
    return {.state = Upgrade::State::kDone, .client_at = kHeaderSize, .server_at = kHeaderSize};
}

}  // namespace sensor::identify::amqp
