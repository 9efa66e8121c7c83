#include "sensor/evidence/comment.h"

#include "lib/bytes/utf8.h"

namespace sensor::evidence {
namespace {

/// Names come from feeds, and may be anything: no control characters, and valid UTF-8.
std::string printable(std::string_view text) {
    if (text.empty()) return "unknown";
    std::string out;
    while (!text.empty()) {
        const bytes::CodePoint character = bytes::first_code_point(text);
        const bool is_control =
            character.value < 0x20 || (character.value >= 0x7f && character.value < 0xa0);
        if (character.valid && !is_control) {
            out += text.substr(0, character.length);
        } else {
            out += '?';
        }
        text.remove_prefix(character.length);
    }
    return out;
}

/// "tcp/7878"
std::string port_text(const Observation& session) {
    const std::string_view transport = session.transport == Transport::kTcp   ? "tcp/"
                                       : session.transport == Transport::kUdp ? "udp/"
                                                                              : "port ";
    return std::string{transport} + std::to_string(static_cast<unsigned>(session.server.port));
}

std::string who(const Attribution& attribution) {
    const bool is_group = attribution.app.empty() && !attribution.app_group.empty();
    return (is_group ? "; app group " + printable(attribution.app_group)
                     : "; app " + printable(attribution.app)) +
           "; device " + printable(attribution.device);
}

}  // namespace

std::string comment_of(const Finding& finding) {
    const Observation& session = finding.session;
    const bool is_beyond = session.proxy.has_value();
    return "offport finding " + finding.id + " revision " + std::to_string(finding.revision) +
           ": " + std::string{name_of(finding.kind)} + ", severity " +
           std::string{name_of(finding.severity)} + ", score " + std::to_string(finding.score) +
           "; " + printable(session.protocol) + " on " + port_text(session) +
           (is_beyond ? " beyond a proxy" : "") + who(session.attribution);
}

}  // namespace sensor::evidence
