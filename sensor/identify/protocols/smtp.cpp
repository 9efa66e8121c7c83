#include "sensor/identify/protocols/smtp.h"

#include "sensor/identify/upgrade.h"

namespace sensor::identify::smtp {
namespace {

/// Replies after which the client's lines are no commands any more: the server closes (RFC 5321
/// §4.2.3), or a mail's text follows (§4.1.1.4).
constexpr bool ends_commands(unsigned code) noexcept {
    return code == 221 || code == 421 || code == 354;
}

}  // namespace

/// Commands and replies are paired in order, RFC 5321 §4.1.1, also when pipelined (RFC 2920). A
/// 334 of AUTH pairs with the client's answer to it. Neither a refused STARTTLS nor AUTH (RFC 4954
/// §4) bars another try.
Upgrade upgrade(bytes::View client, bytes::View server) noexcept {
    text::LineReader commands{client};
    text::LineReader replies{server};
    auto reply = text::take_reply(replies, text::Inner::kCoded);
    if (reply.match == Match::kNeedMore) return upgrade::wait_for(server);
    if (reply.match == Match::kNo || reply.code != 220) return upgrade::never();
    std::string_view line;
    while (commands.next(line)) {
        if (text::begins(line, "BDAT ")) return upgrade::never();  // its octets follow, RFC 3030 §2
        reply = text::take_reply(replies, text::Inner::kCoded);
        if (reply.match == Match::kNeedMore) return upgrade::wait_for(server);
        if (reply.match == Match::kNo || ends_commands(reply.code)) return upgrade::never();
        const bool starts = text::same(text::without_trailing_space(line), "STARTTLS");
        if (starts && reply.code == 220) {
            return upgrade::done(client, commands.rest(), server, replies.rest());
        }
    }
    return upgrade::wait_for(client);
}

}  // namespace sensor::identify::smtp
