#include "sensor/control/ports.h"

#include <algorithm>
#include <utility>

#include "lib/dpdk/eal.h"
#include "sensor/control/kernel_interface.h"

namespace sensor::control {
namespace {

std::string objection_to(const CaptureConfig::Port& port) {
    if (!port.interface.empty()) return objection_to_interface(port.interface);
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
        const std::string objection = objection_to(port);
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
    if (!interface.empty()) {
        if (auto objection = objection_to_interface(interface); !objection.empty()) {
            return result::Error{std::move(objection)};
        }
        port.index = index_of_interface(interface);
        port.link = link_of_interface(interface).value_or(LinkType::kEthernet);
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
    return is_running_interface(interface) ? PortState::kUp : PortState::kDown;
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

void Ports::reopen(Port& port, std::vector<std::string>& changes) {
    const auto opened = open_one(port);
    const std::string problem = opened ? std::string{} : opened.error().message;
    if (problem != port.problem && !problem.empty()) {
        changes.push_back("port '" + port.config.name() +
                          "' is back and cannot be opened: " + problem);
    }
    port.problem = problem;
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
        if (!port.live && index_of_interface(port.config.interface) != 0) {
            reopen(port, changes);
            if (port.live) source.attach(number, {.queue = port.live->queue(), .link = port.link});
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
