#include "sensor/report/encoding.h"

#include <utility>

#include "sensor/report/cef.h"
#include "sensor/report/ecs.h"
#include "sensor/report/ocsf.h"
#include "sensor/report/time_text.h"

namespace sensor::report {
namespace {

constexpr int kInformational = 6;  // RFC 5424 §6.2.1

int syslog_severity(Severity severity) noexcept {
    switch (severity) {
        case Severity::kInfo: return kInformational;
        case Severity::kLow: return 5;     // notice
        case Severity::kMedium: return 4;  // warning
        case Severity::kHigh: return 3;    // error
    }
    return kInformational;
}

}  // namespace

bool has_flows(Encoding encoding) noexcept {
    return encoding == Encoding::kEve || encoding == Encoding::kEcs;
}

Encoder::Encoder(Options options)
    : options_{std::move(options)}, hostname_{hostname_text(options_.eve.host)} {}

std::string_view Encoder::finding(const Finding& finding) {
    writer_.clear();
    std::string cef;
    switch (options_.encoding) {
        case Encoding::kEve: write_alert(writer_, finding, options_.eve); break;
        case Encoding::kEcs: write_ecs_alert(writer_, finding, options_.eve); break;
        case Encoding::kOcsf: write_ocsf(writer_, finding, options_.eve); break;
        case Encoding::kCef: cef = cef_text(finding, options_.eve); break;
    }
    const std::string_view text = options_.encoding == Encoding::kCef ? cef : writer_.view();
    return framed(syslog_severity(finding.severity), finding.last_seen, "finding", text);
}

std::string_view Encoder::flow(const Observation& session, std::string_view finding) {
    writer_.clear();
    if (options_.encoding == Encoding::kEcs) {
        write_ecs_flow(writer_, session, options_.eve, finding);
    } else {
        write_flow(writer_, session, options_.eve, finding);
    }
    return framed(kInformational, session.last, "flow", writer_.view());
}

/// Into text_.
std::string_view Encoder::framed(int severity, Timestamp time, std::string_view kind,
                                 std::string_view text) {
    text_ = options_.in_syslog ? syslog_header(severity, time, hostname_, kind) : std::string{};
    text_ += text;
    return text_;
}

std::string syslog_header(int severity, Timestamp time, std::string_view hostname,
                          std::string_view message_id) {
    constexpr int kLocal0 = 16;
    std::string text = "<" + std::to_string(kLocal0 * 8 + severity) + ">1 ";
    text += rfc3339_text(time).view();
    text += " ";
    text += hostname;
    text += " offport - ";
    text += message_id;
    text += " - ";
    return text;
}

std::string hostname_text(std::string_view name) {
    constexpr std::size_t kMostBytes = 255;
    std::string text{name.substr(0, kMostBytes)};
    for (char& c : text) {
        if (c < '!' || c > '~') c = '_';
    }
    return text.empty() ? "-" : text;
}

}  // namespace sensor::report
