#include "sensor/model/session.h"

#include <bit>

namespace sensor {

std::uint64_t flow_id_of(const Session& session) noexcept {
    constexpr std::uint64_t kMask = (std::uint64_t{1} << 51U) - 1;  // JSON numbers stay exact
    const auto words = std::bit_cast<std::array<std::uint64_t, 6>>(session.key);
    auto mixed = static_cast<std::uint64_t>(session.start_ns) * 0x9e3779b97f4a7c15U;
    for (const std::uint64_t word : words) {
        mixed = (mixed ^ word) * 0xff51afd7ed558ccdU;
        mixed ^= mixed >> 32U;
    }
    return mixed & kMask;
}

}  // namespace sensor
