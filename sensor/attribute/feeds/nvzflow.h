// Cisco's nvzFlow, as AnyConnect's Network Visibility Module exports it: elements of enterprise 9
// beside IANA's. Three kinds of records: a flow and the process that opened it, a device, and an
// interface of a device. Which is meant shows by what a record holds. Cold path.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "lib/bytes/byte_cursor.h"
#include "sensor/model/event.h"

namespace sensor::attribute::feeds::nvzflow {

/// What one data record says, element by element. Elements of no use are left.
class Record {
  public:
    /// `enterprise` is 0 for IANA's elements. `value` may have any length.
    void take(std::uint32_t enterprise, std::uint16_t element, bytes::View value);

    /// "udid:..."; empty if the record names no device.
    [[nodiscard]] const std::string& device() const noexcept { return device_; }
    /// What it says of the device itself.
    [[nodiscard]] const DeviceFact& fact() const noexcept { return fact_; }
    [[nodiscard]] bool is_flow() const noexcept;
    [[nodiscard]] ConnectFact connect() const;
    /// When the flow began; `exported` if the record does not say, or a time that cannot be, told
    /// at `arrival`.
    [[nodiscard]] Timestamp begun(Timestamp exported, Timestamp arrival) const noexcept;

  private:
    void take_of_iana(std::uint16_t element, bytes::View value);
    void take_of_cisco(std::uint16_t element, bytes::View value);
    void begin_at(std::uint8_t fineness, Timestamp time) noexcept;

    std::string device_;
    DeviceFact fact_;
    std::string app_;
    Endpoint client_;
    Endpoint server_;
    std::uint64_t protocol_ = 0;  // IANA's number
    Timestamp begun_{};
    std::uint8_t fineness_ = 0;  // of begun_: 0 for unknown, more is finer
};

/// Makes events of records. What was told of a device is not told again.
class Devices {
  public:
    void tell(const Record& record, Timestamp exported, Timestamp arrival,
              std::vector<IdentityEvent>& events);
    /// What was told until now stays told.
    void keep() { undone_.clear(); }
    /// What was told since then went nowhere: it will be told again.
    void undo();

  private:
    std::unordered_map<std::string, DeviceFact> told_;
    std::vector<std::pair<std::string, DeviceFact>> undone_;  // what was known before, since keep()
};

}  // namespace sensor::attribute::feeds::nvzflow
