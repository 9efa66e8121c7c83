#include "sensor/control/feeds/feed_sockets.h"

#include <chrono>
#include <utility>

#include "lib/net/wait.h"

namespace sensor::control {
namespace {

constexpr auto kPatience = std::chrono::milliseconds{50};
constexpr unsigned kPerTurn = 256;  // datagrams of one socket before the others get their turn

/// Numbers connections through: each listener counts its own.
class Numbered final : public net::StreamReader {
  public:
    Numbered(net::StreamReader& reader, std::uint64_t place, std::uint64_t places)
        : reader_{reader}, place_{place}, places_{places} {}

    bool on_open(std::uint64_t connection, const net::Peer& peer) override {
        return reader_.on_open(number_of(connection), peer);
    }
    bool on_bytes(std::uint64_t connection, std::span<const std::uint8_t> bytes) override {
        return reader_.on_bytes(number_of(connection), bytes);
    }
    void on_close(std::uint64_t connection, std::string_view failure) override {
        reader_.on_close(number_of(connection), failure);
    }

  private:
    [[nodiscard]] std::uint64_t number_of(std::uint64_t connection) const noexcept {
        return connection * places_ + place_;
    }
    net::StreamReader& reader_;
    std::uint64_t place_;
    std::uint64_t places_;
};

}  // namespace

result::Status FeedSockets::add_udp(const std::vector<net::Endpoint>& endpoints) {
    for (const net::Endpoint& endpoint : endpoints) {
        auto socket = net::DatagramSocket::open(endpoint);
        if (!socket)
            return result::Error{"`" + key_ + "` in identity.yaml: " + socket.error().message};
        datagrams_.push_back(*std::move(socket));
    }
    return result::Done{};
}

result::Status FeedSockets::add_tcp(const std::vector<net::Endpoint>& endpoints,
                                    const net::Welcome& welcome) {
    for (const net::Endpoint& endpoint : endpoints) {
        auto stream = net::StreamListener::open(endpoint, {}, welcome);
        if (!stream)
            return result::Error{"`" + key_ + "` in identity.yaml: " + stream.error().message};
        streams_.push_back(*std::move(stream));
    }
    return result::Done{};
}

void FeedSockets::listen(DatagramReader& datagrams, ConnectionReader* connections) {
    thread_ = std::jthread{[this, &datagrams, connections](const std::stop_token& stop) {
        turn_until(stop, datagrams, connections);
    }};
}

void FeedSockets::turn_until(const std::stop_token& stop, DatagramReader& datagrams,
                             ConnectionReader* connections) {
    std::vector<int> descriptors;
    bool has_more = false;
    while (!stop.stop_requested()) {
        const bool has_room = connections != nullptr && connections->has_room();
        descriptors.clear();
        for (const net::DatagramSocket& socket : datagrams_)
            descriptors.push_back(socket.number());
        if (has_room) {
            for (const net::StreamListener& stream : streams_)
                stream.add_descriptors(descriptors);
        }
        net::wait_for_input(descriptors, has_room && has_more ? kPatience * 0 : kPatience);
        read_datagrams(datagrams);
        if (has_room) has_more = read_streams(*connections);
    }
    // What was read is not to be lost for want of another turn.
    if (connections != nullptr) static_cast<void>(connections->has_room());
}

void FeedSockets::read_datagrams(DatagramReader& reader) {
    std::uint64_t dropped = 0;
    for (net::DatagramSocket& socket : datagrams_) {
        for (unsigned i = 0; i < kPerTurn; ++i) {
            const auto datagram = socket.receive();
            if (!datagram) break;
            reader.on_datagram(socket, *datagram);
        }
        dropped += socket.dropped();
    }
    dropped_.store(dropped, std::memory_order_relaxed);
    reader.on_datagrams_read();
}

bool FeedSockets::read_streams(ConnectionReader& reader) {
    bool has_more = false;
    for (std::size_t place = 0; place < streams_.size(); ++place) {
        Numbered numbered{reader, place, streams_.size()};
        has_more |= streams_[place].turn(numbered, net::StreamListener::Clock::now());
    }
    return has_more;
}

}  // namespace sensor::control
