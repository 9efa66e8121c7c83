#include "sensor/judge/port_set.h"

#include <algorithm>

namespace sensor::judge {
namespace {

std::string to_string(PortRange range) {
    if (range == kAnyPort) return "any";
    if (range.first == range.last) return std::to_string(range.first);
    return std::to_string(range.first) + "-" + std::to_string(range.last);
}

std::string to_string(std::string_view transport, std::span<const PortRange> ranges) {
    std::string text;
    for (const PortRange range : ranges) {
        text += text.empty() ? std::string{transport} + "/" : std::string{", "};
        text += to_string(range);
    }
    return text;
}

}  // namespace

void PortSet::add(Transport transport, PortRange range) {
    std::vector<PortRange>& ranges = transport == Transport::kTcp ? tcp_ : udp_;
    ranges.push_back(range);
    std::ranges::sort(ranges);
    std::vector<PortRange> merged;
    for (const PortRange next : ranges) {
        if (!merged.empty() && next.first <= merged.back().last + 1) {
            merged.back().last = std::max(merged.back().last, next.last);
        } else {
            merged.push_back(next);
        }
    }
    ranges = std::move(merged);
}

void PortSet::add(const PortSet& other) {
    for (const Transport transport : {Transport::kTcp, Transport::kUdp}) {
        for (const PortRange range : other.ranges(transport))
            add(transport, range);
    }
}

bool PortSet::contains(Transport transport, PortNumber port) const noexcept {
    const auto number = static_cast<std::uint16_t>(port);
    return std::ranges::any_of(ranges(transport), [number](PortRange range) {
        return range.first <= number && number <= range.last;
    });
}

std::span<const PortRange> PortSet::ranges(Transport transport) const noexcept {
    if (transport == Transport::kTcp) return tcp_;
    if (transport == Transport::kUdp) return udp_;
    return {};
}

std::string_view word_for(Transport transport) noexcept {
    switch (transport) {
        case Transport::kTcp: return "tcp";
        case Transport::kUdp: return "udp";
        case Transport::kNone: break;
    }
    return "none";
}

std::string to_string(Transport transport, PortNumber port) {
    return std::string{word_for(transport)} + "/" +
           std::to_string(static_cast<std::uint16_t>(port));
}

std::string to_string(const PortSet& ports) {
    const std::string tcp = to_string("tcp", ports.ranges(Transport::kTcp));
    const std::string udp = to_string("udp", ports.ranges(Transport::kUdp));
    if (tcp.empty() && udp.empty()) return "no port";
    if (tcp.empty() || udp.empty()) return tcp + udp;
    return tcp + " and " + udp;
}

}  // namespace sensor::judge
