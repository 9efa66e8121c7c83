// Hears RADIUS accounting on UDP sockets, on a thread of its own: each request's events go to the
// Intake, and only then is it answered.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "lib/metrics/family.h"
#include "lib/net/datagram_socket.h"
#include "lib/result/result.h"
#include "sensor/attribute/feeds/radius.h"
#include "sensor/control/feeds/intake.h"
#include "sensor/control/feeds/radius_config.h"
#include "sensor/control/feeds/radius_counts.h"
#include "sensor/model/app_group.h"

namespace sensor::control {

class RadiusListener {
  public:
    /// Null if it has nothing to listen on. `intake` must outlive it. The error is one line that
    /// says what to do.
    [[nodiscard]] static result::Result<std::unique_ptr<RadiusListener>> start(
        const RadiusConfig& config, const std::vector<AppGroup>& groups, Intake& intake);

    RadiusListener(const RadiusListener&) = delete;
    RadiusListener& operator=(const RadiusListener&) = delete;
    /// Waits for the thread, which looks twice in a tenth of a second.
    ~RadiusListener() = default;

    /// The first of its ports, also if it was started with port 0.
    [[nodiscard]] std::uint16_t port() const noexcept { return sockets_.front().port(); }
    /// Any thread.
    void add_metrics(metrics::Family& requests) const { counts_.add_to(requests, "radius"); }

  private:
    RadiusListener(const RadiusConfig& config, const std::vector<AppGroup>& groups, Intake& intake);
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

}  // namespace sensor::control
