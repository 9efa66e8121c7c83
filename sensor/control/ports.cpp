#include "sensor/control/ports.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "lib/dpdk/eal.h"
#include "lib/dpdk/packet_sockets.h"
#include "sensor/control/kernel_interface.h"

namespace sensor::control {
namespace {

std::string objection_to(const CaptureConfig::Port& port, Role role) {
    if (!port.interface.empty()) {
        std::string objection = objection_to_interface(port.interface);
        if (role == Role::kTap || !objection.empty()) return objection;
        return objection_to_forwarding(port.interface);
    }
    if (port.device.starts_with("net_af_packet")) {
        return "write `interface: NAME` for an interface of the kernel, so that its losses are "
               "known";
    }
    return dpdk::is_pci_address(port.device) ? dpdk::pci_objection(port.device) : std::string{};
}

/// A port that is the same interface as one before it; null if there is none.
const CaptureConfig::Port* same_interface(const CaptureConfig& config) {
    std::vector<unsigned> seen;
    for (const CaptureConfig::Port& port : config.ports) {
        if (port.interface.empty()) continue;
        const unsigned index = index_of_interface(port.interface);
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

std::optional<yaml::Problem> capture_problem(const CaptureConfig& config) {
    const auto error = [](const yaml::Place& place, std::string message) {
        return yaml::Problem{place, false, std::move(message)};
    };
    if (config.ports.empty()) {
        return error(config.place,
                     "no ports to capture from; name one: `ports: [{interface: eth1}]`");
    }
    for (const CaptureConfig::Port& port : config.ports) {
        const std::string objection = objection_to(port, config.role);
        if (!objection.empty()) {
            return error(port.place, "port '" + port.name() + "': " + objection);
        }
    }
    if (const auto* twice = same_interface(config)) {
        return error(twice->place,
                     "port '" + twice->name() +
                         "' is an interface that is listed already, by another of its names");
    }
    const auto allowed = dpdk::allowed_cpus();
    for (const unsigned cpu : config.cpus) {
        if (std::ranges::find(allowed, cpu) != allowed.end()) continue;
        return error(config.cpus_place,
                     "CPU " + std::to_string(cpu) +
                         " is not one that this process may use; `taskset -cp $$` lists them");
    }
    return std::nullopt;
}

std::vector<std::string> cards_of(const CaptureConfig& config) {
    std::vector<std::string> cards;
    for (const CaptureConfig::Port& port : config.ports)
        if (dpdk::is_pci_address(port.device)) cards.push_back(port.device);
    return cards;
}

result::Result<Ports> Ports::open(const CaptureConfig& config, const dpdk::FramePool& pool) {
    Ports ports{config.role, pool};
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
    if (!interface.empty()) {
        if (auto objection = objection_to_interface(interface); !objection.empty()) {
            return result::Error{std::move(objection)};
        }
        port.index = index_of_interface(interface);
        port.link = link_of_interface(interface).value_or(LinkType::kEthernet);
    }
    auto live = dpdk::LivePort::open(
        interface.empty() ? port.config.device
                          : dpdk::kernel_interface_device(interface, devices_++),
        *pool_, role_ == Role::kInline ? dpdk::PortUse::kForward : dpdk::PortUse::kReceive);
    if (!live) return live.error();
    port.live.emplace(std::move(*live));
    if (!interface.empty()) port.drops.emplace(interface);
    return role_ == Role::kInline ? prepare_to_forward(port) : result::Status{result::Done{}};
}

result::Status Ports::prepare_to_forward(Port& port) const {
    const std::string& interface = port.config.interface;
    if (interface.empty()) return result::Done{};
    port.unsent_before = send_drops_of_interface(interface);
    auto prepared = dpdk::prepare_to_forward(interface);
    if (!prepared) port.live.reset();
    return prepared;
}

std::uint32_t Ports::longest_sent(const Port& port) const {
    if (role_ == Role::kTap || !port.live || look_at(port) != PortState::kUp) return 0;
    if (port.config.interface.empty()) return std::numeric_limits<std::uint32_t>::max();
    constexpr std::uint32_t kMost = 16000;  // the kernel's ring cuts off what is a little longer
    return std::min(longest_frame_of_interface(port.config.interface), kMost);
}

PortState Ports::look_at(const Port& port) const {
    const std::string& interface = port.config.interface;
    if (interface.empty()) return port.live->is_link_up() ? PortState::kUp : PortState::kDown;
    if (index_of_interface(interface, port.index) != port.index) return PortState::kGone;
    return is_running_interface(interface) ? PortState::kUp : PortState::kDown;
}

PortStatus Ports::count(Port& port) const {
    PortStatus status = port.before;
    if (!port.live) return status;
    const dpdk::PortCounters counters = port.live->counters();
    status.missed += counters.missed + (port.drops ? port.drops->total() : 0);
    status.errors += counters.errors;
    status.no_buffer += counters.no_buffer;
    status.unsent += counters.unsent;
    if (role_ == Role::kInline && port.index != 0 &&
        index_of_interface(port.config.interface) == port.index) {
        port.unsent = send_drops_of_interface(port.config.interface) - port.unsent_before;
    }
    status.unsent += port.unsent;
    return status;
}

void Ports::close_one(Port& port) {
    port.before = count(port);
    port.unsent = 0;
    port.drops.reset();
    port.live.reset();
}

std::string Ports::state_text(const Port& port) {
    return "port '" + port.config.name() + "' is " + std::string{name_of(port.state)};
}

std::string Ports::forwarding_warning(const Port& port) const {
    const std::string& interface = port.config.interface;
    if (role_ == Role::kTap || interface.empty()) return {};
    const std::string remedy = joining_remedy_of_interface(interface);
    if (remedy.empty()) return {};
    return "port '" + interface + "' joins packets, which are then too long to be forwarded; `" +
           "ethtool -K " + interface + " " + remedy + "`";
}

std::vector<std::string> Ports::warnings() const {
    std::vector<std::string> lines;
    for (const Port& port : ports_) {
        if (port.state != PortState::kUp) lines.push_back(state_text(port));
        const std::string warning = forwarding_warning(port);
        if (!warning.empty()) lines.push_back(warning);
    }
    return lines;
}

capture::LiveInput Ports::input_of(std::size_t number) const {
    const Port& port = ports_[number];
    capture::LiveInput input{.queue = port.live->queue(), .link = port.link};
    if (role_ == Role::kTap) return input;
    input.peer = CaptureConfig::peer_of(number);
    input.sender = port.live->sender();
    input.longest = longest_sent(port);
    return input;
}

std::vector<capture::LiveInput> Ports::inputs() const {
    std::vector<capture::LiveInput> inputs;
    for (std::size_t number = 0; number < ports_.size(); ++number)
        inputs.push_back(input_of(number));
    return inputs;
}

void Ports::reopen(Port& port, std::vector<std::string>& changes) {
    const auto opened = open_one(port);
    const std::string problem = opened ? std::string{} : opened.error().message;
    if (problem != port.problem && !problem.empty()) {
        changes.push_back("port '" + port.config.name() +
                          "' is back and cannot be opened: " + problem);
    }
    port.problem = problem;
    const std::string warning = port.live ? forwarding_warning(port) : std::string{};
    if (!warning.empty()) changes.push_back(warning);
}

/// An interface of that name may be another by now. Inline, one that was down is opened anew when
/// its link is back, without the frames that the driver could not send then.
void Ports::take_out_lost(std::size_t number, capture::LiveSource& source) {
    Port& port = ports_[number];
    if (!port.live) return;
    const PortState state = look_at(port);
    const bool was_down = role_ == Role::kInline && port.state == PortState::kDown;
    const bool is_stale = was_down && state == PortState::kUp && !port.config.interface.empty();
    if (state != PortState::kGone && !is_stale) return;
    source.detach(number);
    close_one(port);
}

std::vector<std::string> Ports::watch(capture::LiveSource& source) {
    std::vector<std::string> changes;
    for (std::size_t number = 0; number < ports_.size(); ++number) {
        Port& port = ports_[number];
        take_out_lost(number, source);
        if (!port.live && index_of_interface(port.config.interface) != 0) {
            reopen(port, changes);
            if (port.live) source.attach(number, input_of(number));
        }
        source.limit_sending(number, longest_sent(port));
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
