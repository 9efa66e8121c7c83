#include "sensor/bench/bare_loop.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace sensor::bench {
namespace {

constexpr std::size_t kGroup = 32;      // packets whose slots are fetched together
constexpr std::size_t kMostProbes = 8;  // then the newcomer takes the first slot

template <class T>
T load(const std::uint8_t* from) noexcept {
    T value;
    std::memcpy(&value, from, sizeof value);
    return value;
}

std::uint64_t hash_of(std::uint64_t low, std::uint64_t high) noexcept {
#if defined(__SSE4_2__)
    return __builtin_ia32_crc32di(__builtin_ia32_crc32di(0, low), high);
#else
    constexpr std::uint64_t kOdd = 0x9e3779b97f4a7c15U;
    const std::uint64_t mixed = (low * kOdd ^ high) * kOdd;
    return mixed ^ (mixed >> 32U);
#endif
}

}  // namespace

BareLoop::BareLoop(std::size_t sessions, std::size_t ip_at)
    : slots_{std::bit_ceil(2 * sessions)}, mask_{slots_.size() - 1}, ip_at_{ip_at} {}

BareLoop::Parsed BareLoop::parse(bytes::View frame) const noexcept {
    constexpr std::size_t kIpBytes = 20;
    constexpr std::size_t kUdpBytes = 8;
    constexpr std::uint16_t kIpv4 = 0x0008;  // as loaded: network byte order
    constexpr std::uint8_t kTcp = 6;
    constexpr std::uint8_t kUdp = 17;
    Parsed packet;
    if (frame.size() < ip_at_ + kIpBytes + kUdpBytes) return packet;
    const std::uint8_t* ip = frame.data() + ip_at_;
    if (load<std::uint16_t>(ip - 2) != kIpv4 || (ip[0] >> 4U) != 4) return packet;
    const std::size_t ip_bytes = 4U * (ip[0] & 0xfU);
    const std::uint8_t protocol = ip[9];
    if (protocol != kTcp && protocol != kUdp) return packet;
    if (frame.size() < ip_at_ + ip_bytes + kIpBytes && protocol == kTcp) return packet;
    const std::uint8_t* transport = ip + ip_bytes;
    const std::uint64_t source =
        std::uint64_t{load<std::uint32_t>(ip + 12)} << 16U | load<std::uint16_t>(transport);
    const std::uint64_t destination =
        std::uint64_t{load<std::uint32_t>(ip + 16)} << 16U | load<std::uint16_t>(transport + 2);
    packet.from_low = source <= destination;
    packet.key.low = std::min(source, destination) | std::uint64_t{protocol} << 48U;
    packet.key.high = std::max(source, destination);
    packet.hash = hash_of(packet.key.low, packet.key.high);
    packet.length = __builtin_bswap16(load<std::uint16_t>(ip + 2));
    packet.tcp_flags = protocol == kTcp ? transport[13] : std::uint8_t{0};
    packet.is_good = true;
    return packet;
}

BareLoop::Slot& BareLoop::find(const Parsed& packet) noexcept {
    for (std::size_t probe = 0; probe < kMostProbes; ++probe) {
        Slot& slot = slots_[(packet.hash + probe) & mask_];
        if (slot.key == packet.key) return slot;
        if (slot.key != Key{}) continue;
        slot.key = packet.key;
        ++counts_.sessions;
        return slot;
    }
    Slot& slot = slots_[packet.hash & mask_];
    slot = Slot{};
    slot.key = packet.key;
    ++counts_.sessions;
    return slot;
}

void BareLoop::run(const Burst& burst) noexcept {
    for (std::size_t begin = 0; begin < burst.size; begin += kGroup) {
        const std::size_t end = std::min(burst.size, begin + kGroup);
        for (std::size_t i = begin; i < end; ++i) {
            parsed_[i] = parse(burst.views[i].frame);
            __builtin_prefetch(&slots_[parsed_[i].hash & mask_], 1);
        }
        for (std::size_t i = begin; i < end; ++i) {
            const Parsed& packet = parsed_[i];
            if (!packet.is_good) {
                ++counts_.rejected;
                continue;
            }
            Slot& slot = find(packet);
            const std::size_t side = packet.from_low ? 0 : 1;
            slot.last_seen_ns = nanoseconds_of(burst.views[i].seen);
            slot.bytes[side] += packet.length;
            ++slot.packets[side];
            slot.tcp_flags = static_cast<std::uint8_t>(slot.tcp_flags | packet.tcp_flags);
            ++counts_.packets;
            counts_.bytes += packet.length;
        }
    }
}

}  // namespace sensor::bench
