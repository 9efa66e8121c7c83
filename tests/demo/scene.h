// Where the stories happen: conversations that leave both packets and identity events, and the ways
// of talking that several apps share.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/demo/cast.h"
#include "tests/demo/identity_log.h"
#include "tests/support/traffic/conversation.h"
#include "tests/support/traffic/messages/tls.h"

namespace demo {

class Scene {
  public:
    /// A new connection, from a port of its own. The device logs who opened it; an empty `app`
    /// stands for connections that no log tells about.
    [[nodiscard]] traffic::TcpConversation tcp(const Device& device, std::string_view app,
                                               const sensor::Endpoint& server,
                                               sensor::Timestamp start);
    [[nodiscard]] traffic::UdpExchange udp(const Device& device, std::string_view app,
                                           const sensor::Endpoint& server, sensor::Timestamp start);
    /// To a multicast group, from the group's port and with the group's Ethernet address; no log.
    [[nodiscard]] traffic::UdpExchange multicast(const Device& device,
                                                 const sensor::Endpoint& group,
                                                 sensor::Timestamp start);

    /// The device's resolver is asked for the address of `name`.
    void look_up(const Device& device, std::string_view name, const sensor::Address& answer,
                 sensor::Timestamp time);

    traffic::Trace trace;
    IdentityLog identity;

    const Cast cast = demo::cast();

  private:
    [[nodiscard]] traffic::Path path(const Device& device, const sensor::Endpoint& server);

    std::uint16_t next_port_ = 0;
};

/// One TLS connection: a handshake, then `rounds` of a request and an answer.
struct TlsTalk {
    traffic::tls::ClientHello hello;
    std::size_t rounds = 1;
    std::size_t request_size = 420;  // bytes
    std::size_t answer_size = 2400;  // bytes
    sensor::Duration pause = 300ms;  ///< between rounds
    bool closes = true;
};
/// On an open connection, at its start or after STARTTLS.
void talk_tls(traffic::TcpConversation& connection, const TlsTalk& talk);

}  // namespace demo
