#include "sensor/identify/protocols/ftp.h"

#include "sensor/identify/upgrade.h"

namespace sensor::identify::ftp {
namespace {

/// The next reply that ends a command: a preliminary one (1yz) announces another, RFC 959 §4.2.
text::Reply take_final_reply(text::LineReader& replies) noexcept {
    for (;;) {
        const auto reply = text::take_reply(replies, text::Inner::kFree);
        if (reply.match != Match::kYes || reply.code >= 200) return reply;
    }
}

/// "AUTH TLS", RFC 4217 §4; "AUTH SSL" and the rest are what clients before it sent.
constexpr bool asks_for_tls(std::string_view line) noexcept {
    constexpr std::array<std::string_view, 4> kMechanisms{"TLS", "SSL", "TLS-C", "TLS-P"};
    auto argument = text::without_trailing_space(line);
    return text::same(text::take_word(argument), "AUTH") && text::is_one_of(argument, kMechanisms);
}

}  // namespace

/// Commands and replies are paired in order, RFC 959 §5.4. AUTH may be sent at any time, also after
/// a login (RFC 2228 §3), and again after it was refused.
Upgrade upgrade(bytes::View client, bytes::View server) noexcept {
    text::LineReader commands{client};
    text::LineReader replies{server};
    auto reply = take_final_reply(replies);
    if (reply.match == Match::kNeedMore) return upgrade::wait_for(server);
    if (reply.match == Match::kNo || reply.code != 220) return upgrade::never();
    std::string_view line;
    while (commands.next(line)) {
        reply = take_final_reply(replies);
        if (reply.match == Match::kNeedMore) return upgrade::wait_for(server);
        const bool closes = reply.code == 221 || reply.code == 421;
        if (reply.match == Match::kNo || closes) return upgrade::never();
        if (asks_for_tls(line) && reply.code == 234) {
            return upgrade::done(client, commands.rest(), server, replies.rest());
        }
    }
    return upgrade::wait_for(client);
}

}  // namespace sensor::identify::ftp
