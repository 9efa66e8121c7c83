#include "tests/demo/scene.h"

#include "tests/support/traffic/messages/dns.h"

namespace demo {

using traffic::Path;

Path Scene::path(const Device& device, const sensor::Endpoint& server) {
    // Looks random and comes round only after all 28231 ephemeral ports that are used here.
    constexpr std::uint32_t kFirst = 32768;
    constexpr std::uint32_t kCount = 28231;
    constexpr std::uint32_t kStep = 613;
    const std::uint32_t port = kFirst + std::uint32_t{next_port_++} * kStep % kCount;
    return {.client = endpoint(device.address, static_cast<std::uint16_t>(port)),
            .server = server,
            .to_server = device.tag,
            .to_client = traffic::reversed(device.tag)};
}

traffic::TcpConversation Scene::tcp(const Device& device, std::string_view app,
                                    const sensor::Endpoint& server, sensor::Timestamp start) {
    if (!app.empty()) identity.connect(device, app, server, sensor::Transport::kTcp, start - 3ms);
    return {trace, path(device, server), start};
}

traffic::UdpExchange Scene::udp(const Device& device, std::string_view app,
                                const sensor::Endpoint& server, sensor::Timestamp start) {
    if (!app.empty()) identity.connect(device, app, server, sensor::Transport::kUdp, start - 3ms);
    return {trace, path(device, server), start};
}

traffic::UdpExchange Scene::multicast(const Device& device, const sensor::Endpoint& group,
                                      sensor::Timestamp start) {
    Path path{.client = endpoint(device.address, static_cast<std::uint16_t>(group.port)),
              .server = group,
              .to_server = device.tag};
    const auto& bytes = group.address.bytes;
    const auto low = static_cast<std::uint8_t>(bytes[13] & 0x7fU);  // 23 bits, RFC 1112 §6.4
    auto& ethernet = std::get<traffic::Ethernet>(path.to_server.front());
    ethernet.destination = {0x01, 0x00, 0x5e, low, bytes[14], bytes[15]};
    return {trace, path, start};
}

void Scene::look_up(const Device& device, std::string_view name, const sensor::Address& answer,
                    sensor::Timestamp time) {
    const auto id = static_cast<std::uint16_t>(0x1357U + 0x2b3dU * next_port_);
    const traffic::dns::Question question{.id = id, .name = name};
    udp(device, {}, endpoint("203.0.113.1", 53), time)
        .client(traffic::dns::query(question))
        .server(traffic::dns::address_response(question, {answer}));
}

void talk_tls(traffic::TcpConversation& connection, const TlsTalk& talk) {
    namespace tls = traffic::tls;
    const std::uint64_t seed = talk.hello.seed;
    connection.client(tls::client_hello(talk.hello))
        .server(tls::server_flight(seed))
        .client(tls::client_finished(seed));
    for (std::size_t round = 0; round < talk.rounds; ++round) {
        if (round != 0) connection.wait(talk.pause);
        connection.client(tls::application_data(talk.request_size, seed + 100 + 2 * round))
            .server(tls::application_data(talk.answer_size, seed + 101 + 2 * round));
    }
    if (talk.closes) connection.close();
}

}  // namespace demo
