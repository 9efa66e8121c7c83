#include "perf/micro/frames.h"

namespace perf {

Frames::Frames(std::size_t flows) {
    const traffic::Bytes payload(40, 0x55);
    const auto port = [](std::size_t value) { return static_cast<sensor::PortNumber>(value); };
    for (std::size_t flow = 0; flow < flows; ++flow) {
        const auto packet = traffic::tcp_packet(
            {.source = {sensor::ipv4_address(0x0a000000U + static_cast<std::uint32_t>(flow)),
                        port(40000 + flow % 20000)},
             .destination = {sensor::ipv4_address(0xc6336401U), port(443)},
             .sequence = 1,
             .acknowledgement = 1,
             .flags = sensor::kTcpAck},
            payload);
        frames_.push_back(traffic::frame(traffic::untagged(), packet));
    }
}

void Frames::fill(sensor::Burst& burst) {
    constexpr std::int64_t kBurstNs = 1000;
    now_ns_ += kBurstNs;
    burst.size = sensor::Burst::kCapacity;
    burst.round_begin = burst.round_end = 0;
    for (std::size_t i = 0; i < burst.size; ++i) {
        const traffic::Bytes& frame = frames_[next_];
        burst.views[i] = {.frame = frame,
                          .captured = static_cast<std::uint32_t>(frame.size()),
                          .seen = sensor::timestamp_of(now_ns_),
                          .number = ++number_};
        if (++next_ == frames_.size()) next_ = 0;
    }
}

}  // namespace perf
