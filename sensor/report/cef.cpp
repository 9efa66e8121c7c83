#include "sensor/report/cef.h"

#include <chrono>

#include "lib/bytes/utf8.h"
#include "sensor/report/wording.h"

namespace sensor::report {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";  // U+FFFD

/// `escape(out, c)` says true if it has written the character.
template <class Escape>
std::string escaped(std::string_view value, const Escape& escape) {
    std::string out;
    out.reserve(value.size());
    while (!value.empty()) {
        const bytes::CodePoint point = bytes::first_code_point(value);
        const std::string_view character = value.substr(0, point.length);
        value.remove_prefix(point.length);
        if (!point.valid) {
            out += kReplacement;
        } else if (!escape(out, character[0])) {
            const bool is_control =
                point.value < 0x20 || (point.value >= 0x7f && point.value < 0xa0);
            out += is_control ? std::string_view{" "} : character;
        }
    }
    return out;
}

/// The numbers of CEF go from 0 to 10: 0-3 is low, 4-6 medium, 7-8 high.
int cef_severity(Severity severity) noexcept {
    switch (severity) {
        case Severity::kInfo: return 1;
        case Severity::kLow: return 3;
        case Severity::kMedium: return 6;
        case Severity::kHigh: return 8;
    }
    return 0;
}

/// The extension: "key=value key=value".
class Extension {
  public:
    void add(std::string_view key, std::string_view value) {
        if (value.empty()) return;
        if (!text_.empty()) text_ += ' ';
        text_ += key;
        text_ += '=';
        text_ += cef_value_text(value);
    }
    void add(std::string_view key, std::uint64_t value) { add(key, std::to_string(value)); }
    /// Milliseconds since the Unix epoch.
    void add(std::string_view key, Timestamp time) {
        const auto whole = std::chrono::floor<std::chrono::milliseconds>(time);
        add(key, std::to_string(whole.time_since_epoch().count()));
    }
    /// One of the fields that have a label of their own.
    void add_labelled(const std::string& key, std::string_view label, std::string_view value) {
        if (value.empty()) return;
        add(key, value);
        add(key + "Label", label);
    }
    [[nodiscard]] std::string take() { return std::move(text_); }

  private:
    std::string text_;
};

/// src and dst are for IPv4 alone.
void add_addresses(Extension& out, const Observation& session) {
    const Endpoint& server = session.proxy.value_or(session.server);  // the packets' own
    if (session.client.address.is_ipv4()) {
        out.add("src", to_string(session.client.address));
        out.add("dst", to_string(server.address));
    } else {
        out.add_labelled("c6a2", "Source IPv6 Address", to_string(session.client.address));
        out.add_labelled("c6a3", "Destination IPv6 Address", to_string(server.address));
    }
    out.add("spt", static_cast<std::uint64_t>(session.client.port));
    out.add("dpt", static_cast<std::uint64_t>(server.port));
    if (session.transport != Transport::kNone) out.add("proto", name_of(session.transport));
}

std::string extension_of(const Finding& finding, const EveOptions& options) {
    const Observation& session = finding.session;
    const Attribution& owner = session.attribution;
    Extension out;
    out.add("rt", finding.last_seen);
    out.add("start", finding.first_seen);
    out.add("end", finding.last_seen);
    out.add("dvchost", options.host);
    out.add("externalId", finding.id);
    out.add("cat", name_of(finding.kind));
    add_addresses(out, session);
    out.add("app", session.protocol);
    out.add("cnt", finding.recurrence.sessions);
    out.add("in", session.bytes_to_client);
    out.add("out", session.bytes_to_server);
    out.add("shost", owner.device_name);
    out.add("suser", owner.user);
    out.add("outcome", name_of(finding.status));
    out.add("reason", finding.revised_by);
    out.add_labelled("cs1", "app", owner.app.empty() ? owner.app_group : owner.app);
    out.add_labelled("cs2", "device", owner.device);
    out.add_labelled("cs3", "rule", finding.rule);
    out.add_labelled("cs4", "expected", finding.expected);
    out.add_labelled("cs5", "technique", technique_of(finding.kind).id);
    out.add_labelled("cn1", "score", std::to_string(finding.score));
    out.add_labelled("cn2", "revision", std::to_string(finding.revision));
    return out.take();
}

}  // namespace

std::string cef_header_text(std::string_view value) {
    return escaped(value, [](std::string& out, char c) {
        if (c != '\\' && c != '|') return false;
        out += '\\';
        out += c;
        return true;
    });
}

std::string cef_value_text(std::string_view value) {
    return escaped(value, [](std::string& out, char c) {
        switch (c) {
            case '\\': out += "\\\\"; return true;
            case '=': out += "\\="; return true;
            case '\n': out += "\\n"; return true;
            case '\r': out += "\\r"; return true;
            default: return false;
        }
    });
}

std::string cef_text(const Finding& finding, const EveOptions& options) {
    return "CEF:0|offport|offport|" + cef_header_text(options.version) + "|" +
           std::to_string(signature_id_of(finding.kind)) + "|" +
           cef_header_text(sentence_of(finding)) + "|" +
           std::to_string(cef_severity(finding.severity)) + "|" + extension_of(finding, options);
}

}  // namespace sensor::report
