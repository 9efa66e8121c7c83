// The daemon's ports: opened at start, watched, and opened anew when an interface comes back. Cold
// path; one thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/dpdk/kernel_drops.h"
#include "lib/dpdk/live_port.h"
#include "lib/result/result.h"
#include "sensor/capture/live_source.h"
#include "sensor/control/capture_config.h"

namespace sensor::control {

enum class PortState : std::uint8_t {
    kUp,
    kDown,  ///< no link
    kGone,  ///< the interface is no more
};
[[nodiscard]] std::string_view name_of(PortState state) noexcept;

struct PortStatus {
    std::string name;  ///< as the operator calls it
    PortState state = PortState::kUp;
    std::uint64_t missed = 0;     ///< frames lost before anybody polled them
    std::uint64_t errors = 0;     ///< frames that the driver could not take
    std::uint64_t no_buffer = 0;  ///< frames lost because all buffers were in use
    std::uint64_t unsent = 0;     ///< frames that the driver or the kernel took to send, and lost
};

/// What speaks against ports and CPUs before DPDK is started; nothing if this machine has them and
/// lets this process use them.
[[nodiscard]] std::optional<yaml::Problem> capture_problem(const CaptureConfig& config);
/// PCI addresses among the ports, for the Eal.
[[nodiscard]] std::vector<std::string> cards_of(const CaptureConfig& config);

class Ports {
  public:
    /// Opens them all; the error names the port.
    [[nodiscard]] static result::Result<Ports> open(const CaptureConfig& config,
                                                    const dpdk::FramePool& pool);

    /// A line for each port that is not up, and for each that would not forward well.
    [[nodiscard]] std::vector<std::string> warnings() const;
    /// Port by port, for a LiveSource.
    [[nodiscard]] std::vector<capture::LiveInput> inputs() const;
    /// Looks after each port: takes one that is gone out of `source`, and one that is back into it.
    /// Nothing is forwarded to one that is not up. Returns a line for each change of state.
    [[nodiscard]] std::vector<std::string> watch(capture::LiveSource& source);
    [[nodiscard]] std::vector<PortStatus> status();

  private:
    struct Port {
        CaptureConfig::Port config;
        std::optional<dpdk::LivePort> live{};
        std::optional<dpdk::KernelDrops> drops{};
        LinkType link = LinkType::kEthernet;
        unsigned index = 0;  // the kernel's, of the interface that is open
        PortState state = PortState::kUp;
        PortStatus before{};  // counted while an earlier interface of that name was open
        std::uint64_t unsent_before = 0;  // that the kernel counted before it was open
        std::uint64_t unsent = 0;         // and since
        std::string problem{};            // why it could not be opened again, as was told
    };
    Ports(Role role, const dpdk::FramePool& pool) noexcept : role_{role}, pool_{&pool} {}
    [[nodiscard]] result::Status open_one(Port& port);
    [[nodiscard]] PortState look_at(const Port& port) const;
    [[nodiscard]] result::Status prepare_to_forward(Port& port) const;
    [[nodiscard]] capture::LiveInput input_of(std::size_t number) const;
    [[nodiscard]] std::uint32_t longest_sent(const Port& port) const;
    [[nodiscard]] std::string forwarding_warning(const Port& port) const;
    void take_out_lost(std::size_t number, capture::LiveSource& source);
    void close_one(Port& port);
    /// Tells in `changes` why it cannot be opened, each reason once.
    void reopen(Port& port, std::vector<std::string>& changes);
    [[nodiscard]] PortStatus count(Port& port) const;
    [[nodiscard]] static std::string state_text(const Port& port);

    Role role_;
    const dpdk::FramePool* pool_;
    std::vector<Port> ports_;
    unsigned devices_ = 0;  // virtual devices ever plugged in
};

}  // namespace sensor::control
