// Every protocol the sensor can name. To add one: write protocols/<name>.h, then add its row here.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include "sensor/identify/protocol.h"
#include "sensor/identify/protocols/bittorrent.h"
#include "sensor/identify/protocols/coap.h"
#include "sensor/identify/protocols/dhcp.h"
#include "sensor/identify/protocols/dns.h"
#include "sensor/identify/protocols/dtls.h"
#include "sensor/identify/protocols/ftp.h"
#include "sensor/identify/protocols/http.h"
#include "sensor/identify/protocols/http2.h"
#include "sensor/identify/protocols/imap.h"
#include "sensor/identify/protocols/irc.h"
#include "sensor/identify/protocols/llmnr.h"
#include "sensor/identify/protocols/mdns.h"
#include "sensor/identify/protocols/mqtt.h"
#include "sensor/identify/protocols/netbios_ns.h"
#include "sensor/identify/protocols/ntp.h"
#include "sensor/identify/protocols/pop3.h"
#include "sensor/identify/protocols/quic.h"
#include "sensor/identify/protocols/redis.h"
#include "sensor/identify/protocols/rtcp.h"
#include "sensor/identify/protocols/rtmp.h"
#include "sensor/identify/protocols/rtp.h"
#include "sensor/identify/protocols/rtsp.h"
#include "sensor/identify/protocols/sip.h"
#include "sensor/identify/protocols/smtp.h"
#include "sensor/identify/protocols/socks5.h"
#include "sensor/identify/protocols/ssdp.h"
#include "sensor/identify/protocols/ssh.h"
#include "sensor/identify/protocols/stun.h"
#include "sensor/identify/protocols/telnet.h"
#include "sensor/identify/protocols/tftp.h"
#include "sensor/identify/protocols/tls.h"
#include "sensor/identify/protocols/websocket.h"
#include "sensor/identify/protocols/whatsapp.h"
#include "sensor/identify/protocols/xmpp.h"

namespace sensor::identify {

inline constexpr std::array kCatalog{
    bittorrent::kProtocol,
    coap::kProtocol,
    dhcp::kProtocol,
    dns::kProtocol,
    dtls::kProtocol,
    ftp::kProtocol,
    http::kProtocol,
    http2::kProtocol,
    imap::kProtocol,
    irc::kProtocol,
    llmnr::kProtocol,
    mdns::kProtocol,
    mqtt::kProtocol,
    netbios_ns::kProtocol,
    ntp::kProtocol,
    pop3::kProtocol,
    quic::kProtocol,
    redis::kProtocol,
    rtcp::kProtocol,
    rtmp::kProtocol,
    rtp::kProtocol,
    rtsp::kProtocol,
    sip::kProtocol,
    smtp::kProtocol,
    socks5::kProtocol,
    ssdp::kProtocol,
    ssh::kProtocol,
    stun::kProtocol,
    telnet::kProtocol,
    tftp::kProtocol,
    tls::kProtocol,
    websocket::kProtocol,
    whatsapp::kProtocol,
    xmpp::kProtocol,
};

[[nodiscard]] constexpr ProtocolId id_of(std::size_t row) noexcept {
    return static_cast<ProtocolId>(row + 1);
}
/// The row of the protocol called `name`.
[[nodiscard]] constexpr std::optional<std::size_t> find_row(std::string_view name) noexcept {
    for (std::size_t row = 0; row < kCatalog.size(); ++row) {
        if (kCatalog[row].name == name) return row;
    }
    return std::nullopt;
}

namespace detail {
consteval bool catalog_is_sound() {
    for (std::size_t row = 0; row < kCatalog.size(); ++row) {
        const Protocol& here = kCatalog[row];
        if (row > 0 && kCatalog[row - 1].name >= here.name) return false;  // sorted, so unique
        if (here.signatures.empty() || here.transports == 0) return false;
        if (!here.refines.empty() && !find_row(here.refines)) return false;
        for (const Signature& signature : here.signatures) {
            if (signature.pattern[0] != '^') return false;  // unanchored patterns scan everything
        }
    }
    return kCatalog.size() < kMaxProtocols;
}
}  // namespace detail
static_assert(detail::catalog_is_sound(),
              "rows sorted by name; signatures start-anchored; `refines` names a row");

}  // namespace sensor::identify
