#include "sensor/identify/protocols/pop3.h"

#include "sensor/identify/upgrade.h"

namespace sensor::identify::pop3 {
namespace {

/// What a client's command leads to if it is answered +OK.
enum class Effect : std::uint8_t {
    kNone,
    kLists,  ///< lines up to "." follow: RFC 2449 §5, RFC 6856 §3.2; AUTH alone lists mechanisms
    kSecures,  ///< RFC 2595 §4
    kLogsIn,   ///< the AUTHORIZATION state ends, and with it STLS is no command
    kCloses,
};

constexpr Effect effect_of(std::string_view line) noexcept {
    auto argument = text::without_trailing_space(line);
    const auto verb = text::take_word(argument);
    const auto is = [&](std::string_view word) { return text::same(verb, word); };
    if (is("STLS")) return argument.empty() ? Effect::kSecures : Effect::kNone;
    if (is("PASS") || is("APOP")) return Effect::kLogsIn;
    if (is("AUTH")) return argument.empty() ? Effect::kLists : Effect::kLogsIn;
    if (is("CAPA")) return Effect::kLists;
    if (is("LANG")) return argument.empty() ? Effect::kLists : Effect::kNone;
    return is("QUIT") ? Effect::kCloses : Effect::kNone;
}

/// Skips the lines of a list and the "." after it; false if it has not ended yet.
bool skip_list(text::LineReader& replies) noexcept {
    std::string_view line;
    while (replies.next(line)) {
        if (line == ".") return true;
    }
    return false;
}

}  // namespace

/// Commands and replies are paired in order, RFC 1939 §3, also when pipelined (RFC 2449 §6.6). A
/// "+ challenge" of AUTH (RFC 5034 §4) pairs with the client's answer to it.
Upgrade upgrade(bytes::View client, bytes::View server) noexcept {
    text::LineReader commands{client};
    text::LineReader replies{server};
    std::string_view reply;
    if (!replies.next(reply)) return upgrade::wait_for(server);
    if (!reply.starts_with("+OK")) return upgrade::never();
    std::string_view line;
    bool is_challenged = false;
    while (commands.next(line)) {
        const Effect effect = is_challenged ? Effect::kLogsIn : effect_of(line);
        if (!replies.next(reply)) return upgrade::wait_for(server);
        is_challenged = effect == Effect::kLogsIn && (reply == "+" || reply.starts_with("+ "));
        const bool is_positive = reply.starts_with("+OK");
        if (!is_positive && !is_challenged && !reply.starts_with("-ERR")) return upgrade::never();
        if (effect == Effect::kCloses) return upgrade::never();
        if (!is_positive) continue;
        if (effect == Effect::kLogsIn) return upgrade::never();
        if (effect == Effect::kLists && !skip_list(replies)) return upgrade::wait_for(server);
        if (effect == Effect::kSecures) {
            return upgrade::done(client, commands.rest(), server, replies.rest());
        }
    }
    return upgrade::wait_for(client);
}

}  // namespace sensor::identify::pop3
