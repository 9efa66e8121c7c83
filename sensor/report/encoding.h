// How a record is spelled for one destination, and whether in a syslog message. Cold path.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "lib/json/writer.h"
#include "sensor/model/finding.h"
#include "sensor/report/eve.h"

namespace sensor::report {

enum class Encoding : std::uint8_t { kEve, kEcs, kOcsf, kCef };

/// Whether there is a flow record in it: OCSF's class 2004 and CEF as offport writes it are of
/// findings.
[[nodiscard]] bool has_flows(Encoding encoding) noexcept;

/// Writes one destination's records, each a line without its end. One thread.
class Encoder {
  public:
    struct Options {
        Encoding encoding = Encoding::kEve;
        bool in_syslog = false;  ///< within a message of RFC 5424
        EveOptions eve{};
    };
    explicit Encoder(Options options);

    /// Borrowed until the next call.
    [[nodiscard]] std::string_view finding(const Finding& finding);
    /// has_flows() must hold of the encoding. Borrowed until the next call.
    [[nodiscard]] std::string_view flow(const Observation& session, std::string_view finding);

  private:
    [[nodiscard]] std::string_view framed(int severity, Timestamp time, std::string_view kind,
                                          std::string_view text);

    Options options_;
    std::string hostname_;  // as syslog can have it
    json::Writer writer_;
    std::string text_;
};

/// "<134>1 2026-09-21T07:02:11.420000Z tap-1 offport - finding - ": the header of RFC 5424 §6.2,
/// facility local0, with neither PROCID nor structured data. `hostname` must be hostname_text()'s.
[[nodiscard]] std::string syslog_header(int severity, Timestamp time, std::string_view hostname,
                                        std::string_view message_id);
/// A name as HOSTNAME allows it (§6.2.4): printable US-ASCII, other bytes as `_`; "-" if empty.
[[nodiscard]] std::string hostname_text(std::string_view name);

}  // namespace sensor::report
