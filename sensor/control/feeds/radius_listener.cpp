#include "sensor/control/feeds/radius_listener.h"

#include <utility>

#include "lib/net/wait.h"
#include "sensor/control/feeds/listen_config.h"

namespace sensor::control {
namespace {

using attribute::feeds::RadiusOutcome;

constexpr auto kPatience = std::chrono::milliseconds{50};
constexpr unsigned kPerTurn = 256;  // datagrams of one socket before the others get their turn

}  // namespace

RadiusListener::RadiusListener(const RadiusConfig& config, const std::vector<AppGroup>& groups,
                               Intake& intake)
    : reply_{config.reply}, intake_{intake}, reader_{radius_reader_options(config, groups)} {}

result::Result<std::unique_ptr<RadiusListener>> RadiusListener::start(
    const RadiusConfig& config, const std::vector<AppGroup>& groups, Intake& intake) {
    std::unique_ptr<RadiusListener> listener;
    if (config.listen.empty()) return listener;
    listener.reset(new RadiusListener{config, groups, intake});
    for (const net::Endpoint& endpoint : config.listen) {
        auto socket = net::DatagramSocket::open(endpoint);
        if (!socket)
            return result::Error{"`feeds.radius` in identity.yaml: " + socket.error().message};
        listener->sockets_.push_back(*std::move(socket));
        listener->dropped_.push_back(0);
    }
    listener->thread_ =
        std::jthread{[all = listener.get()](const std::stop_token& stop) { all->listen(stop); }};
    return listener;
}

void RadiusListener::listen(const std::stop_token& stop) {
    std::vector<int> descriptors;
    for (const net::DatagramSocket& socket : sockets_)
        descriptors.push_back(socket.number());
    while (!stop.stop_requested()) {
        net::wait_for_input(descriptors, kPatience);
        for (std::size_t i = 0; i < sockets_.size(); ++i) {
            drain(sockets_[i]);
            const std::uint32_t dropped = sockets_[i].dropped();
            counts_.add_dropped(dropped - std::exchange(dropped_[i], dropped));
        }
    }
}

void RadiusListener::drain(net::DatagramSocket& socket) {
    for (unsigned i = 0; i < kPerTurn; ++i) {
        const auto datagram = socket.receive();
        if (!datagram) return;
        hear(socket, *datagram);
    }
}

void RadiusListener::hear(net::DatagramSocket& socket,
                          const net::DatagramSocket::Datagram& datagram) {
    auto heard =
        reader_.read(datagram.bytes, endpoint_of(datagram.from), std::chrono::system_clock::now());
    const bool is_good =
        heard.outcome == RadiusOutcome::kAccepted || heard.outcome == RadiusOutcome::kRepeated;
    if (!is_good) {
        counts_.add(heard.outcome);
        intake_.reject("radius");
        return;
    }
    if (!heard.events.empty() && !intake_.accept("radius", std::move(heard.events))) {
        // Unanswered, the client sends it again.
        reader_.undo();
        counts_.add_refused();
        return;
    }
    counts_.add(heard.outcome);
    if (reply_) socket.answer(heard.response);
}

}  // namespace sensor::control
