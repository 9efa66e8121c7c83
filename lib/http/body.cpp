#include "lib/http/body.h"

#include <array>
#include <string_view>

#include <civetweb.h>

#include "lib/bytes/letters.h"

namespace http {
namespace {

using Clock = std::chrono::steady_clock;

bool waits_for_permission(const mg_connection* connection) {
    const char* expectation = mg_get_header(connection, "Expect");
    // RFC 9110, section 10.1.1
    return expectation != nullptr && bytes::is_same_word(expectation, "100-continue");
}

}  // namespace

BodyStatus read_body(mg_connection* connection, std::size_t most,
                     std::chrono::milliseconds patience, Body& body) {
    constexpr std::string_view kGoOn = "HTTP/1.1 100 Continue\r\n\r\n";
    const long long announced = mg_get_request_info(connection)->content_length;  // -1 for chunks
    if (announced > 0 && static_cast<unsigned long long>(announced) > most) {
        return BodyStatus::kTooLarge;
    }
    if (waits_for_permission(connection)) {
        body.has_answer_begun = true;
        mg_write(connection, kGoOn.data(), kGoOn.size());
    }
    const Clock::time_point end = Clock::now() + patience;
    std::array<char, 16384> piece{};
    for (;;) {
        const int count = mg_read(connection, piece.data(), piece.size());
        if (count < 0) return BodyStatus::kBroken;
        if (count == 0) break;
        const auto bytes = static_cast<std::size_t>(count);
        if (bytes > most - body.bytes.size()) return BodyStatus::kTooLarge;
        body.bytes.append(piece.data(), bytes);
        if (Clock::now() > end) return BodyStatus::kBroken;
    }
    const bool is_short = announced > 0 && body.bytes.size() < static_cast<std::size_t>(announced);
    body.is_spent = announced > 0 && !is_short;
    return is_short ? BodyStatus::kBroken : BodyStatus::kWhole;
}

}  // namespace http
