#include "sensor/evidence/channel.h"

#include <bit>
#include <ctime>

namespace sensor::evidence {
namespace {

/// Sleeps: whoever is to make room may want this core.
void rest() noexcept {
    const timespec time{.tv_sec = 0, .tv_nsec = 50'000};
    ::nanosleep(&time, nullptr);
}

}  // namespace

bool Channel::send(KeptPacket& packet) noexcept {
    static_assert(sizeof packet.envelope == sizeof(dpdk::MessageHeader));
    packet.envelope = std::bit_cast<std::uint64_t>(dpdk::MessageHeader{
        .units = dpdk::units_for(sizeof packet + packet.kept_bytes), .kind = 0});
    while (!ring_.push(reinterpret_cast<const dpdk::MessageHeader&>(packet))) {
        if (when_full_ == WhenFull::kDrop) return false;
        rest();
    }
    return true;
}

}  // namespace sensor::evidence
