#include "sensor/identify/protocols/irc.h"

#include "sensor/identify/upgrade.h"

namespace sensor::identify::irc {
namespace {

constexpr std::string_view kWelcome = "001";  // registered, RFC 2812 §5.1
constexpr std::string_view kStartTls = "670";
constexpr std::string_view kStartTlsFailed = "691";

/// The numeric of ":server 670 nick :text"; also without the prefix, which a server may leave out.
constexpr std::string_view numeric_of(std::string_view line) noexcept {
    if (line.starts_with(':')) text::take_word(line);
    return text::take_word(line);
}

/// Reads on to the client's next STARTTLS.
bool next_request(text::LineReader& commands) noexcept {
    std::string_view line;
    while (commands.next(line)) {
        if (text::same(text::without_trailing_space(line), "STARTTLS")) return true;
    }
    return false;
}

}  // namespace

/// STARTTLS of the IRCv3 "tls" capability: answered by 670 or 691, and legal only before the
/// registration is complete.
Upgrade upgrade(bytes::View client, bytes::View server) noexcept {
    text::LineReader commands{client};
    text::LineReader messages{server};
    std::string_view line;
    while (messages.next(line)) {
        const auto numeric = numeric_of(line);
        if (numeric == kWelcome || numeric == "ERROR") return upgrade::never();
        if (numeric != kStartTls && numeric != kStartTlsFailed) continue;
        if (!next_request(commands)) return upgrade::wait_for(client);
        if (numeric == kStartTls) {
            return upgrade::done(client, commands.rest(), server, messages.rest());
        }
    }
    return upgrade::wait_for(server);
}

}  // namespace sensor::identify::irc
