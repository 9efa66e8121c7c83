#include "sensor/bench/sources.h"

#include <array>

namespace sensor::bench {

Unleased SteadySource::receive(Burst& burst) noexcept {
    burst.size = 0;
    std::size_t count = std::min(bank_.row_from(frame_), Burst::kCapacity);
    if (rewrites()) count = std::min(count, order_.size() - place_);
    count = allowed(count);
    if (count == 0) return {};
    if (rewrites()) {
        for (std::size_t i = 0; i < count; ++i)
            bank_.set_endpoints(frame_ + i, order_[place_ + i]);
        place_ += count;
        if (place_ == order_.size()) place_ = 0;
    }
    std::array<dpdk::FrameExtent, Burst::kCapacity> extents;
    bank_.describe(frame_, {extents.data(), count});
    for (std::size_t i = 0; i < count; ++i)
        show(burst, extents[i]);
    frame_ += count;
    if (frame_ == bank_.size()) frame_ = 0;
    advance(count);
    return {};
}

Unleased SessionSource::receive(Burst& burst) noexcept {
    burst.size = 0;
    const std::size_t count = allowed(std::min(bank_.row_from(frame_), Burst::kCapacity));
    if (count == 0) return {};
    std::array<dpdk::FrameExtent, Burst::kCapacity> extents;
    bank_.describe(frame_, {extents.data(), count});
    for (std::size_t i = 0; i < count; ++i) {
        const Slot& slot = slots_[frame_ + i];
        const std::int64_t session = cycle_ * slot.per_cycle + slot.offset;
        if (session < 0 || session >= sessions_) continue;  // at the very start and end
        bank_.set_endpoints(frame_ + i, endpoints_of(static_cast<std::uint64_t>(session),
                                                     slot.server_port, slot.from_client));
        show(burst, extents[i]);
    }
    frame_ += count;
    if (frame_ == slots_.size()) {
        frame_ = 0;
        ++cycle_;
    }
    advance(count);
    return {};
}

}  // namespace sensor::bench
