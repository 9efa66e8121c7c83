#include "sensor/control/feeds/radius_listener.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

#include "sensor/control/feeds/listen_config.h"

namespace sensor::control {

using attribute::feeds::RadiusOutcome;

RadiusListener::RadiusListener(const RadiusConfig& config, const std::vector<AppGroup>& groups,
                               Intake& intake)
    : reply_{config.reply}, intake_{intake}, reader_{radius_reader_options(config, groups)} {}

result::Result<std::unique_ptr<RadiusListener>> RadiusListener::start(
    const RadiusConfig& config, const std::vector<AppGroup>& groups, Intake& intake) {
    std::unique_ptr<RadiusListener> listener;
    if (config.listen.empty()) return listener;
    listener.reset(new RadiusListener{config, groups, intake});
    if (auto opened = listener->sockets_.add_udp(config.listen); !opened) return opened.error();
    listener->sockets_.listen(*listener, nullptr);
    return listener;
}

void RadiusListener::on_datagram(net::DatagramSocket& socket,
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
    std::ranges::move(heard.events, std::back_inserter(events_));
    pending_.push_back({socket, socket.sender(), heard.outcome, std::move(heard.response)});
}

void RadiusListener::on_datagrams_read() {
    const bool is_safe =
        events_.empty() || intake_.accept("radius", std::exchange(events_, {})).has_value();
    if (is_safe) {
        reader_.keep();
    } else {
        reader_.undo();
    }
    for (const Pending& request : pending_) {
        // Unanswered, the client sends it again.
        if (!is_safe) {
            counts_.add_refused();
            continue;
        }
        counts_.add(request.outcome);
        if (reply_) request.socket.answer(request.sender, request.response);
    }
    pending_.clear();
}

}  // namespace sensor::control
