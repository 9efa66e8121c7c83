// Hears RADIUS accounting on UDP sockets, on a thread of its own: each request's events go to the
// Intake, and only then is it answered.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "lib/metrics/counter_block.h"
#include "lib/metrics/family.h"
#include "lib/net/datagram_socket.h"
#include "lib/result/result.h"
#include "sensor/attribute/feeds/radius.h"
#include "sensor/control/intake.h"
#include "sensor/control/radius_config.h"

namespace sensor::control {

/// What became of requests, for the metrics. One writer.
class RadiusCounts {
  public:
    void add(attribute::feeds::RadiusOutcome outcome) noexcept { outcomes_.add(outcome); }
    /// A request that the Intake has no room for.
    void add_refused() noexcept { others_.add(Other::kRefused); }
    void add_dropped(std::uint64_t count) noexcept { others_.add(Other::kDropped, count); }
    /// Adds one sample for each outcome. Any thread.
    void add_to(metrics::Family& family, const std::string& feed) const;

  private:
    enum class Other : std::uint8_t { kRefused, kDropped, kCount };
    metrics::CounterBlock<attribute::feeds::RadiusOutcome> outcomes_;
    metrics::CounterBlock<Other> others_;
};

class RadiusListener {
  public:
    /// Null if it has nothing to listen on. `intake` must outlive it. The error is one line that
    /// says what to do.
    [[nodiscard]] static result::Result<std::unique_ptr<RadiusListener>> start(
        const RadiusConfig& config, const std::vector<std::string>& app_groups, Intake& intake);

    RadiusListener(const RadiusListener&) = delete;
    RadiusListener& operator=(const RadiusListener&) = delete;
    /// Waits for the thread, which looks twice in a tenth of a second.
    ~RadiusListener() = default;

    /// Any thread.
    void add_metrics(metrics::Family& requests) const { counts_.add_to(requests, "radius"); }

  private:
    RadiusListener(const RadiusConfig& config, const std::vector<std::string>& app_groups,
                   Intake& intake);
    void listen(const std::stop_token& stop);
    void drain(net::DatagramSocket& socket);
    void hear(net::DatagramSocket& socket, const net::DatagramSocket::Datagram& datagram);

    bool reply_;
    Intake& intake_;
    attribute::feeds::RadiusReader reader_;
    RadiusCounts counts_;
    std::vector<net::DatagramSocket> sockets_;
    std::vector<std::uint32_t> dropped_;  // of each socket, as it was counted last
    std::jthread thread_;                 // the last: it uses all the others
};

/// The reader that `config` describes.
[[nodiscard]] attribute::feeds::RadiusReader::Options radius_reader_options(
    const RadiusConfig& config, const std::vector<std::string>& app_groups);

}  // namespace sensor::control
