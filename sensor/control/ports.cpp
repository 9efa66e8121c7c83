#include "sensor/control/ports.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <net/if.h>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/dpdk/eal.h"

namespace sensor::control {
namespace {

/// Why this process may not open packet sockets; empty if it may.
std::string packet_socket_objection() {
    const int descriptor = ::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
    if (descriptor >= 0) {
        ::close(descriptor);
        return {};
    }
    if (errno == EPERM) {
        return "capturing needs the rights CAP_NET_RAW, CAP_NET_ADMIN and CAP_IPC_LOCK: run as "
               "root, "
               "or `setcap cap_net_raw,cap_net_admin,cap_ipc_lock+ep` the program";
    }
    return std::string{"the kernel gives no packet socket: "} + std::strerror(errno);
}

std::string at(const yaml::Place& place) {
    return place.file + ":" + std::to_string(place.line) + ":" + std::to_string(place.column) +
           ": ";
}

/// The kernel's number of an interface; 0 if there is none, `otherwise` if nobody can tell.
unsigned index_of_interface(const std::string& interface, unsigned otherwise) {
    const unsigned index = ::if_nametoindex(interface.c_str());
    return index == 0 && errno != ENODEV && errno != ENXIO ? otherwise : index;
}

constexpr const char* kNoLink =
    "its frames begin neither with Ethernet nor with IP nor with 802.11; capture elsewhere";

/// What frames of the kernel's interface begin with; nothing if offport cannot read them.
std::optional<LinkType> link_of(const std::string& interface) {
    const int descriptor = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return LinkType::kEthernet;  // by far the most common
    ifreq request{};
    interface.copy(request.ifr_name, IFNAMSIZ - 1);
    const bool is_told = ::ioctl(descriptor, SIOCGIFHWADDR, &request) == 0;
    ::close(descriptor);
    switch (is_told ? request.ifr_hwaddr.sa_family : ARPHRD_ETHER) {
        case ARPHRD_ETHER:
        case ARPHRD_LOOPBACK: return LinkType::kEthernet;
        case ARPHRD_NONE:
        case ARPHRD_PPP:
        case ARPHRD_RAWIP:
        case ARPHRD_TUNNEL:
        case ARPHRD_TUNNEL6: return LinkType::kRawIp;
        case ARPHRD_IEEE80211: return LinkType::kIeee80211;
        case ARPHRD_IEEE80211_RADIOTAP: return LinkType::kRadiotap;
        default: return std::nullopt;
    }
}

std::string objection_to(const CaptureConfig::Port& port) {
    if (!port.interface.empty()) {
        if (::if_nametoindex(port.interface.c_str()) == 0) {
            return "there is no such network interface; `ip link` lists them";
        }
        return link_of(port.interface) ? packet_socket_objection() : kNoLink;
    }
    if (port.device.starts_with("net_af_packet")) {
        return "write `interface: NAME` for an interface of the kernel, so that its losses are "
               "known";
    }
    return dpdk::is_pci_address(port.device) ? dpdk::pci_objection(port.device) : std::string{};
}

/// Whether the kernel's interface has a link and is switched on.
bool is_running(const std::string& interface) {
    const int descriptor = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return true;  // nobody can tell
    ifreq request{};
    interface.copy(request.ifr_name, IFNAMSIZ - 1);
    const bool is_told = ::ioctl(descriptor, SIOCGIFFLAGS, &request) == 0;
    ::close(descriptor);
    constexpr int kWanted = IFF_UP | IFF_RUNNING;
    return is_told && (request.ifr_flags & kWanted) == kWanted;
}

/// A port that is the same interface as one before it; null if there is none.
const CaptureConfig::Port* same_interface(const CaptureConfig& config) {
    std::vector<unsigned> seen;
    for (const CaptureConfig::Port& port : config.ports) {
        if (port.interface.empty()) continue;
        const unsigned index = ::if_nametoindex(port.interface.c_str());
        if (std::ranges::find(seen, index) != seen.end()) return &port;
        seen.push_back(index);
    }
    return nullptr;
}

}  // namespace

std::string_view name_of(PortState state) noexcept {
    switch (state) {
        case PortState::kUp: return "up";
        case PortState::kDown: return "down";
        case PortState::kGone: return "gone";
    }
    return {};
}

std::string capture_objection(const CaptureConfig& config) {
    if (config.ports.empty()) {
        return at(config.place) +
               "error: no ports to capture from; name one: `ports: [{interface: eth1}]`";
    }
    for (const CaptureConfig::Port& port : config.ports) {
        const std::string objection = objection_to(port);
        if (!objection.empty()) {
            return at(port.place) + "error: port '" + port.name() + "': " + objection;
        }
    }
    if (const auto* twice = same_interface(config)) {
        return at(twice->place) + "error: port '" + twice->name() +
               "' is an interface that is listed already, by another of its names";
    }
    const auto allowed = dpdk::allowed_cpus();
    for (const unsigned cpu : config.cpus) {
        if (std::ranges::find(allowed, cpu) != allowed.end()) continue;
        return at(config.cpus_place) + "error: CPU " + std::to_string(cpu) +
               " is not one that this process may use; `taskset -cp $$` lists them";
    }
    return {};
}

std::vector<std::string> cards_of(const CaptureConfig& config) {
    std::vector<std::string> cards;
    for (const CaptureConfig::Port& port : config.ports)
        if (dpdk::is_pci_address(port.device)) cards.push_back(port.device);
    return cards;
}

result::Result<Ports> Ports::open(const CaptureConfig& config, const dpdk::FramePool& pool) {
    Ports ports{pool};
    for (const CaptureConfig::Port& one : config.ports) {
        ports.ports_.push_back({.config = one});
        Port& port = ports.ports_.back();
        if (const auto opened = ports.open_one(port); !opened) {
            return result::Error{"port '" + one.name() + "': " + opened.error().message};
        }
        port.state = ports.look_at(port);
    }
    return ports;
}

result::Status Ports::open_one(Port& port) {
    const std::string& interface = port.config.interface;
    port.index = interface.empty() ? 0 : ::if_nametoindex(interface.c_str());
    if (!interface.empty()) {
        const auto link = link_of(interface);
        if (!link) return result::Error{kNoLink};
        port.link = *link;
    }
    auto live = dpdk::LivePort::open(interface.empty()
                                         ? port.config.device
                                         : dpdk::kernel_interface_device(interface, devices_++),
                                     *pool_);
    if (!live) return live.error();
    port.live.emplace(std::move(*live));
    if (!interface.empty()) port.drops.emplace(interface);
    return result::Done{};
}

PortState Ports::look_at(const Port& port) const {
    const std::string& interface = port.config.interface;
    if (interface.empty()) return port.live->is_link_up() ? PortState::kUp : PortState::kDown;
    if (index_of_interface(interface, port.index) != port.index) return PortState::kGone;
    return is_running(interface) ? PortState::kUp : PortState::kDown;
}

PortStatus Ports::count(Port& port) {
    PortStatus status = port.before;
    if (!port.live) return status;
    const dpdk::PortCounters counters = port.live->counters();
    status.missed += counters.missed + (port.drops ? port.drops->total() : 0);
    status.errors += counters.errors;
    status.no_buffer += counters.no_buffer;
    return status;
}

void Ports::close_one(Port& port) {
    port.before = count(port);
    port.drops.reset();
    port.live.reset();
}

std::string Ports::state_text(const Port& port) {
    return "port '" + port.config.name() + "' is " + std::string{name_of(port.state)};
}

std::vector<std::string> Ports::not_up() const {
    std::vector<std::string> lines;
    for (const Port& port : ports_)
        if (port.state != PortState::kUp) lines.push_back(state_text(port));
    return lines;
}

std::vector<capture::LiveInput> Ports::inputs() const {
    std::vector<capture::LiveInput> inputs;
    for (const Port& port : ports_)
        inputs.push_back({.queue = port.live->queue(), .link = port.link});
    return inputs;
}

std::vector<std::string> Ports::watch(capture::LiveSource& source) {
    std::vector<std::string> changes;
    for (std::size_t number = 0; number < ports_.size(); ++number) {
        Port& port = ports_[number];
        // An interface of that name may be another by now.
        if (port.live && look_at(port) == PortState::kGone) {
            source.detach(number);
            close_one(port);
        }
        const std::string& interface = port.config.interface;
        if (!port.live && ::if_nametoindex(interface.c_str()) != 0 && open_one(port)) {
            source.attach(number, {.queue = port.live->queue(), .link = port.link});
        }
        const PortState state = port.live ? look_at(port) : PortState::kGone;
        if (state == port.state) continue;
        port.state = state;
        changes.push_back(state_text(port));
    }
    return changes;
}

std::vector<PortStatus> Ports::status() {
    std::vector<PortStatus> all;
    for (Port& port : ports_) {
        PortStatus status = count(port);
        status.name = port.config.name();
        status.state = port.state;
        all.push_back(std::move(status));
    }
    return all;
}

}  // namespace sensor::control
