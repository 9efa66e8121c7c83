// A datagram that crosses from a worker to the cold side whole: of protocols that tell who is who.
// Trivially copyable.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "lib/bytes/byte_cursor.h"
#include "sensor/model/address.h"
#include "sensor/model/record.h"

namespace sensor {

/// Only what is in use of it crosses.
struct DatagramRecord {
    static constexpr std::size_t kMostBytes = 4096;  ///< of its payload; RFC 2865 §3

    std::uint64_t envelope = 0;  ///< whoever carries it writes here
    RecordOrder order;           ///< of its packet, before whatever else that packet told
    Endpoint source;
    std::uint16_t size = 0;
    std::array<std::uint8_t, kMostBytes> bytes;  ///< last, since it is cut

    /// Longer ones are cut, which makes them unsound.
    void set_payload(bytes::View payload) noexcept {
        size = static_cast<std::uint16_t>(std::min(payload.size(), kMostBytes));
        std::copy_n(payload.begin(), size, bytes.begin());
    }
    [[nodiscard]] bytes::View payload() const noexcept { return {bytes.data(), size}; }
    [[nodiscard]] std::size_t bytes_in_use() const noexcept {
        return offsetof(DatagramRecord, bytes) + size;
    }
};
static_assert(std::is_trivially_copyable_v<DatagramRecord> &&
              std::is_standard_layout_v<DatagramRecord>);

}  // namespace sensor
