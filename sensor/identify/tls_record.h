// TLS records: the handshake message at their start, and runs of them (RFC 8446 §5.1). Hot path.
#pragma once

#include <array>
#include <cstdint>

#include "lib/bytes/byte_cursor.h"
#include "sensor/identify/protocol.h"
#include "sensor/model/following.h"

namespace sensor::identify {

inline constexpr std::uint8_t kChangeCipherSpecRecord = 20;
inline constexpr std::uint8_t kAlertRecord = 21;
inline constexpr std::uint8_t kHandshakeRecord = 22;
inline constexpr std::uint8_t kApplicationDataRecord = 23;
inline constexpr std::uint8_t kHeartbeatRecord = 24;  // RFC 6520 §3
inline constexpr std::size_t kRecordHeader = 5;       // bytes

struct RecordHeader {
    std::uint8_t type = 0;
    std::uint16_t version = 0;
    std::uint16_t length = 0;
    bool is_legal = false;  ///< an alert or handshake record of SSL 3.0 or TLS, not empty
};
[[nodiscard]] RecordHeader read_record_header(bytes::ByteCursor& cursor) noexcept;

/// True for the alerts of RFC 8446 §6 and its predecessors: level, then description.
[[nodiscard]] bool is_alert(std::uint8_t level, std::uint8_t description) noexcept;

/// Records one after the other, of whatever type and sealed or not, as in the middle of a
/// connection.
struct RecordRun {
    Match match = Match::kNo;   ///< kYes if their lengths lead to a record's end or next header
    std::uint16_t version = 0;  ///< what every header says
    bool has_header = false;    ///< one header, at least, is legal
};
[[nodiscard]] RecordRun read_record_run(bytes::View said) noexcept;

/// The first handshake message, put together from the records it spans.
class FirstMessage {
  public:
    /// Reads records until the message is whole or `said` ends.
    explicit FirstMessage(bytes::View said) noexcept;
    FirstMessage(const FirstMessage&) = delete;  // `bytes` may point into it
    FirstMessage& operator=(const FirstMessage&) = delete;

    /// False if a record in it is none, or of another kind.
    [[nodiscard]] bool is_legal() const noexcept { return is_legal_; }
    /// From the handshake header on: the message, what there is of it, or more.
    [[nodiscard]] bytes::View bytes() const noexcept { return bytes_; }
    /// True if the message is whole and nothing else shares its last record.
    [[nodiscard]] bool ends_record() const noexcept { return ends_record_; }

  private:
    void append(bytes::View fragment) noexcept;

    bytes::View bytes_;
    bool is_legal_ = false;
    bool ends_record_ = false;
    std::array<std::uint8_t, kFirstBytes> copy_;  // used by a message in several records only
};

}  // namespace sensor::identify
