#include "sensor/identify/ssl2_hello.h"

namespace sensor::identify {
namespace {

constexpr std::uint16_t kSsl2 = 0x0002;
constexpr std::uint8_t kClientHello = 1;
constexpr std::uint8_t kServerHello = 4;
constexpr std::size_t kSuite = 3;          // bytes
constexpr std::uint8_t kLastOwnSuite = 7;  // SSL 2.0's own suites are 01.... to 07....

/// Length of a record whose header takes two bytes; 0 if it is of another form.
std::size_t read_length(bytes::ByteCursor& cursor) noexcept {
    const auto length = cursor.read<std::uint16_t>();
    return (length & 0x8000U) != 0 ? length & 0x7fffU : 0;
}

/// The suites are SSL 2.0's own or, behind a zero byte, TLS's; of those there is one at least in a
/// newer version's hello, and none in one of SSL 2.0 itself.
bool are_suites(bytes::View suites, std::uint16_t version) noexcept {
    if (suites.empty() || suites.size() % kSuite != 0) return false;
    bool has_new_suite = false;
    bytes::ByteCursor cursor{suites};
    while (!cursor.empty()) {
        const auto kind = cursor.read<std::uint8_t>();
        cursor.skip(2);
        if (kind > kLastOwnSuite) return false;
        has_new_suite = has_new_suite || kind == 0;
    }
    return has_new_suite || version == kSsl2;
}

constexpr bool is_session_id(std::size_t length, std::uint16_t version) noexcept {
    return length == 0 || (length == 16 && version == kSsl2);
}

}  // namespace

Ssl2Hello parse_ssl2_client(bytes::View said) noexcept {
    bytes::ByteCursor cursor{said};
    const std::size_t length = read_length(cursor);
    const auto type = cursor.read<std::uint8_t>();
    const auto version = cursor.read<std::uint16_t>();
    const auto suites_length = cursor.read<std::uint16_t>();
    const auto session_id_length = cursor.read<std::uint16_t>();
    const auto challenge_length = cursor.read<std::uint16_t>();
    if (!cursor.ok()) return {Match::kNeedMore};
    const bool is_version = version == kSsl2 || (version >= 0x0300 && version <= 0x0303);
    const bool is_legal = type == kClientHello && is_version &&
                          is_session_id(session_id_length, version) && challenge_length >= 16 &&
                          challenge_length <= 32 &&
                          length == 9U + suites_length + session_id_length + challenge_length;
    if (!is_legal) return {};
    const auto suites = cursor.take(suites_length);
    cursor.skip(session_id_length);
    cursor.skip(challenge_length);
    if (!cursor.ok()) return {Match::kNeedMore};
    if (!cursor.empty() || !are_suites(suites, version))
        return {};  // a client waits for the answer
    return {Match::kYes, version};
}

Ssl2Hello parse_ssl2_server(bytes::View said) noexcept {
    constexpr std::uint8_t kX509 = 1;
    bytes::ByteCursor cursor{said};
    const std::size_t length = read_length(cursor);
    const auto type = cursor.read<std::uint8_t>();
    const auto is_old_session = cursor.read<std::uint8_t>();
    const auto certificate_type = cursor.read<std::uint8_t>();
    const auto version = cursor.read<std::uint16_t>();
    const auto certificate_length = cursor.read<std::uint16_t>();
    const auto suites_length = cursor.read<std::uint16_t>();
    const auto connection_id_length = cursor.read<std::uint16_t>();
    if (!cursor.ok()) return {Match::kNeedMore};
    const std::size_t inside = std::size_t{11} + certificate_length + suites_length;
    const bool is_legal =
        type == kServerHello && version == kSsl2 && length == inside + connection_id_length &&
        connection_id_length >= 16 && connection_id_length <= 32 && suites_length % kSuite == 0 &&
        (is_old_session == 1 ? certificate_type == 0 && certificate_length + suites_length == 0
                             : is_old_session == 0 && certificate_type == kX509 &&
                                   certificate_length != 0 && suites_length != 0);
    if (!is_legal) return {};
    cursor.skip(certificate_length);
    const auto suites = cursor.take(suites_length);
    cursor.skip(connection_id_length);
    if (!cursor.ok()) return {Match::kNeedMore};
    const bool has_suites = is_old_session == 1 || are_suites(suites, kSsl2);
    return {has_suites ? Match::kYes : Match::kNo, version};
}

}  // namespace sensor::identify
