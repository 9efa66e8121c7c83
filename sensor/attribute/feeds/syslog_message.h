// Syslog messages (RFC 5424) and how a stream parts them (RFC 6587). Cold path.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "lib/result/result.h"
#include "sensor/model/timestamp.h"

namespace sensor::attribute::feeds {

/// What counts here of a message; borrowed from it.
struct SyslogMessage {
    std::optional<Timestamp> time;
    std::string_view app_name;  ///< empty if it has none
    std::string_view text;      ///< without its byte order mark
};

/// The error says what was expected.
[[nodiscard]] result::Result<SyslogMessage> parse_syslog(std::string_view message);

/// Parts the bytes of one connection into messages: by octet counting ("12 <14>1 ...") or, where a
/// message begins with '<', by line ends.
class SyslogFrames {
  public:
    /// Of longer messages nothing is taken.
    explicit SyslogFrames(std::size_t most_bytes) : most_bytes_{most_bytes} {}

    void add(std::string_view bytes) {
        held_.erase(0, taken_);
        taken_ = 0;
        held_ += bytes;
    }
    /// The next whole message, borrowed until add(); nothing if there is none yet.
    [[nodiscard]] std::optional<std::string_view> next();
    /// Why nothing more can be told of this stream; empty if it can.
    [[nodiscard]] std::string_view error() const noexcept { return error_; }

  private:
    [[nodiscard]] std::optional<std::string_view> next_counted(std::string_view rest);
    [[nodiscard]] std::optional<std::string_view> next_line(std::string_view rest);

    std::size_t most_bytes_;
    std::string held_;
    std::size_t taken_ = 0;  // bytes of held_ that next() has given out
    std::string_view error_;
};

}  // namespace sensor::attribute::feeds
