#include "sensor/bench/frame_bank.h"

namespace sensor::bench {

result::Result<FrameBank> FrameBank::build(const dpdk::FramePool& pool,
                                           const std::vector<Frame>& frames) {
    FrameBank bank;
    dpdk::FrameBatch unused;
    for (const Frame& frame : frames) {
        if (unused.size() == 0) unused.fill_from(pool);
        if (unused.size() == 0) return result::Error{"the pool has no buffers for the frames"};
        if (bank.batches_.empty() || bank.batches_.back().full()) bank.batches_.emplace_back();
        dpdk::FrameBatch& batch = bank.batches_.back();
        batch.append_copy(unused, frame.bytes);
        bank.endpoints_.push_back(batch.writable(batch.size() - 1).data() + frame.endpoints_at);
    }
    return bank;
}

}  // namespace sensor::bench
