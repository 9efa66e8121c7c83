// Syslog messages (RFC 5424) and how a stream parts them (RFC 6587). Cold path.
#pragma once

#include <cstddef>
#include <cstdint>
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

enum class SyslogFraming : std::uint8_t {
    kAny,      ///< RFC 6587: by octet counting or, where a message begins with '<', by line ends
    kCounted,  ///< RFC 5425: by octet counting only, as over TLS
};

/// Parts the bytes of one connection into messages, "12 <14>1 ..." or lines.
class SyslogFrames {
  public:
    /// Of longer messages nothing is taken.
    explicit SyslogFrames(std::size_t most_bytes, SyslogFraming framing = SyslogFraming::kAny)
        : most_bytes_{most_bytes}, framing_{framing} {}

    void add(std::string_view bytes) {
        held_.erase(0, taken_);
        taken_ = 0;
        held_ += bytes;
    }
    /// The next whole message, borrowed until add(); nothing if there is none yet.
    [[nodiscard]] std::optional<std::string_view> next();
    /// A message has begun and not ended.
    [[nodiscard]] bool holds_part() const noexcept { return taken_ < held_.size(); }
    /// Why nothing more can be told of this stream; empty if it can.
    [[nodiscard]] std::string_view error() const noexcept { return error_; }

  private:
    [[nodiscard]] std::optional<std::string_view> next_counted(std::string_view rest);
    [[nodiscard]] std::optional<std::string_view> next_line(std::string_view rest);

    std::size_t most_bytes_;
    SyslogFraming framing_;
    std::string held_;
    std::size_t taken_ = 0;     // bytes of held_ that next() has given out
    std::size_t searched_ = 0;  // bytes after them that hold no line end
    std::string_view error_;
};

}  // namespace sensor::attribute::feeds
