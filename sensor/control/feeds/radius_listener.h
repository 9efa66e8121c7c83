// Hears RADIUS accounting on UDP sockets, on a thread of its own: the events of all requests that
// came in a turn go to the Intake together, which waits for the disk once, and only then are they
// answered.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "lib/metrics/family.h"
#include "lib/result/result.h"
#include "sensor/attribute/feeds/radius.h"
#include "sensor/control/feeds/feed_sockets.h"
#include "sensor/control/feeds/intake.h"
#include "sensor/control/feeds/radius_config.h"
#include "sensor/control/feeds/radius_counts.h"
#include "sensor/model/app_group.h"

namespace sensor::control {

class RadiusListener : private DatagramReader {
  public:
    /// Null if it has nothing to listen on. `intake` must outlive it. The error is one line that
    /// says what to do.
    [[nodiscard]] static result::Result<std::unique_ptr<RadiusListener>> start(
        const RadiusConfig& config, const std::vector<AppGroup>& groups, Intake& intake);

    RadiusListener(const RadiusListener&) = delete;
    RadiusListener& operator=(const RadiusListener&) = delete;
    ~RadiusListener() override = default;

    /// The first of its ports, also if it was started with port 0.
    [[nodiscard]] std::uint16_t port() const noexcept { return sockets_.udp_port(); }
    /// Any thread.
    void add_metrics(metrics::Family& requests) const {
        counts_.add_to(requests, "radius", sockets_.dropped());
    }

  private:
    RadiusListener(const RadiusConfig& config, const std::vector<AppGroup>& groups, Intake& intake);
    void on_datagram(net::DatagramSocket& socket,
                     const net::DatagramSocket::Datagram& datagram) override;
    void on_datagrams_read() override;

    /// A request whose events are not safe yet.
    struct Pending {
        net::DatagramSocket& socket;
        net::DatagramSocket::Sender sender;
        attribute::feeds::RadiusOutcome outcome;
        std::vector<std::uint8_t> response;
    };
    bool reply_;
    Intake& intake_;
    attribute::feeds::RadiusReader reader_;
    RadiusCounts counts_;
    std::vector<Pending> pending_;
    std::vector<IdentityEvent> events_;    // of all that is pending
    FeedSockets sockets_{"feeds.radius"};  // the last: its thread uses all the others
};

}  // namespace sensor::control
