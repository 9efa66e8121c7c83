// Every protocol the sensor can name. To add one: write protocols/<name>.h, then add its row here.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include "sensor/identify/protocol.h"
#include "sensor/identify/protocols/adb.h"
#include "sensor/identify/protocols/amqp.h"
#include "sensor/identify/protocols/anydesk.h"
#include "sensor/identify/protocols/bgp.h"
#include "sensor/identify/protocols/bittorrent.h"
#include "sensor/identify/protocols/capwap.h"
#include "sensor/identify/protocols/cassandra.h"
#include "sensor/identify/protocols/coap.h"
#include "sensor/identify/protocols/dcerpc.h"
#include "sensor/identify/protocols/dhcp.h"
#include "sensor/identify/protocols/dhcpv6.h"
#include "sensor/identify/protocols/diameter.h"
#include "sensor/identify/protocols/dnp3.h"
#include "sensor/identify/protocols/dns.h"
#include "sensor/identify/protocols/dtls.h"
#include "sensor/identify/protocols/ftp.h"
#include "sensor/identify/protocols/ftp_data.h"
#include "sensor/identify/protocols/geneve.h"
#include "sensor/identify/protocols/git.h"
#include "sensor/identify/protocols/gtp.h"
#include "sensor/identify/protocols/http.h"
#include "sensor/identify/protocols/http2.h"
#include "sensor/identify/protocols/iec104.h"
#include "sensor/identify/protocols/ike.h"
#include "sensor/identify/protocols/imap.h"
#include "sensor/identify/protocols/irc.h"
#include "sensor/identify/protocols/kerberos.h"
#include "sensor/identify/protocols/l2tp.h"
#include "sensor/identify/protocols/ldap.h"
#include "sensor/identify/protocols/llmnr.h"
#include "sensor/identify/protocols/mdns.h"
#include "sensor/identify/protocols/memcached.h"
#include "sensor/identify/protocols/modbus.h"
#include "sensor/identify/protocols/mongodb.h"
#include "sensor/identify/protocols/mqtt.h"
#include "sensor/identify/protocols/mysql.h"
#include "sensor/identify/protocols/nats.h"
#include "sensor/identify/protocols/netbios_dgm.h"
#include "sensor/identify/protocols/netbios_ns.h"
#include "sensor/identify/protocols/netbios_ssn.h"
#include "sensor/identify/protocols/nfs.h"
#include "sensor/identify/protocols/ntp.h"
#include "sensor/identify/protocols/opcua.h"
#include "sensor/identify/protocols/openvpn.h"
#include "sensor/identify/protocols/pop3.h"
#include "sensor/identify/protocols/postgresql.h"
#include "sensor/identify/protocols/quic.h"
#include "sensor/identify/protocols/radius.h"
#include "sensor/identify/protocols/rdp.h"
#include "sensor/identify/protocols/redis.h"
#include "sensor/identify/protocols/rpc.h"
#include "sensor/identify/protocols/rsync.h"
#include "sensor/identify/protocols/rtcp.h"
#include "sensor/identify/protocols/rtmp.h"
#include "sensor/identify/protocols/rtp.h"
#include "sensor/identify/protocols/rtsp.h"
#include "sensor/identify/protocols/s7comm.h"
#include "sensor/identify/protocols/sip.h"
#include "sensor/identify/protocols/smb.h"
#include "sensor/identify/protocols/smtp.h"
#include "sensor/identify/protocols/snmp.h"
#include "sensor/identify/protocols/socks4.h"
#include "sensor/identify/protocols/socks5.h"
#include "sensor/identify/protocols/ssdp.h"
#include "sensor/identify/protocols/ssh.h"
#include "sensor/identify/protocols/stun.h"
#include "sensor/identify/protocols/syslog.h"
#include "sensor/identify/protocols/tds.h"
#include "sensor/identify/protocols/teamviewer.h"
#include "sensor/identify/protocols/telegram.h"
#include "sensor/identify/protocols/telnet.h"
#include "sensor/identify/protocols/teredo.h"
#include "sensor/identify/protocols/tftp.h"
#include "sensor/identify/protocols/tls.h"
#include "sensor/identify/protocols/tor.h"
#include "sensor/identify/protocols/vnc.h"
#include "sensor/identify/protocols/vxlan.h"
#include "sensor/identify/protocols/websocket.h"
#include "sensor/identify/protocols/whatsapp.h"
#include "sensor/identify/protocols/whois.h"
#include "sensor/identify/protocols/wireguard.h"
#include "sensor/identify/protocols/xmpp.h"

namespace sensor::identify {

// clang-format off
inline constexpr std::array kCatalog{
    adb::kProtocol,
    amqp::kProtocol,
    anydesk::kProtocol,
    bgp::kProtocol,
    bittorrent::kProtocol,
    capwap::kProtocol,
    cassandra::kProtocol,
    coap::kProtocol,
    dcerpc::kProtocol,
    dhcp::kProtocol,
    dhcpv6::kProtocol,
    diameter::kProtocol,
    dnp3::kProtocol,
    dns::kProtocol,
    dtls::kProtocol,
    ftp::kProtocol,
    ftp_data::kProtocol,
    geneve::kProtocol,
    git::kProtocol,
    gtp::kProtocol,
    http::kProtocol,
    http2::kProtocol,
    iec104::kProtocol,
    ike::kProtocol,
    imap::kProtocol,
    irc::kProtocol,
    kerberos::kProtocol,
    l2tp::kProtocol,
    ldap::kProtocol,
    llmnr::kProtocol,
    mdns::kProtocol,
    memcached::kProtocol,
    modbus::kProtocol,
    mongodb::kProtocol,
    mqtt::kProtocol,
    mysql::kProtocol,
    nats::kProtocol,
    netbios_dgm::kProtocol,
    netbios_ns::kProtocol,
    netbios_ssn::kProtocol,
    nfs::kProtocol,
    ntp::kProtocol,
    opcua::kProtocol,
    openvpn::kProtocol,
    pop3::kProtocol,
    postgresql::kProtocol,
    quic::kProtocol,
    radius::kProtocol,
    rdp::kProtocol,
    redis::kProtocol,
    rpc::kProtocol,
    rsync::kProtocol,
    rtcp::kProtocol,
    rtmp::kProtocol,
    rtp::kProtocol,
    rtsp::kProtocol,
    s7comm::kProtocol,
    sip::kProtocol,
    smb::kProtocol,
    smtp::kProtocol,
    snmp::kProtocol,
    socks4::kProtocol,
    socks5::kProtocol,
    ssdp::kProtocol,
    ssh::kProtocol,
    stun::kProtocol,
    syslog::kProtocol,
    tds::kProtocol,
    teamviewer::kProtocol,
    telegram::kProtocol,
    telnet::kProtocol,
    teredo::kProtocol,
    tftp::kProtocol,
    tls::kProtocol,
    tor::kProtocol,
    vnc::kProtocol,
    vxlan::kProtocol,
    websocket::kProtocol,
    whatsapp::kProtocol,
    whois::kProtocol,
    wireguard::kProtocol,
    xmpp::kProtocol,
};
// clang-format on

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
/// Anchored, and without `*`, `+` or `\z`: one expression that may go on without end makes
/// Hyperscan run an engine over the whole payload, which costs more than all the others together.
consteval bool is_start_of_fixed_reach(std::string_view pattern) {
    if (!pattern.starts_with('^')) return false;
    bool is_class = false;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        const char c = pattern[i];
        if (c == '\\') {
            ++i;
            if (pattern.substr(i, 1) == "z") return false;
        } else if (is_class) {
            is_class = c != ']';
        } else if (c == '[') {
            is_class = true;
        } else if (c == '*' || c == '+' || c == '{') {
            return false;
        }
    }
    return true;
}

consteval bool catalog_is_sound() {
    for (std::size_t row = 0; row < kCatalog.size(); ++row) {
        const Protocol& here = kCatalog[row];
        if (row > 0 && kCatalog[row - 1].name >= here.name) return false;  // sorted, so unique
        if (here.transports == 0) return false;
        if (here.signatures.empty() && here.announced_by.empty()) return false;
        if (!here.announced_by.empty() && !find_row(here.announced_by)) return false;
        if (!here.refines.empty() && !find_row(here.refines)) return false;
        for (const Signature& signature : here.signatures) {
            if (!is_start_of_fixed_reach(signature.pattern)) return false;
        }
    }
    return kCatalog.size() < kMaxProtocols;
}
}  // namespace detail
static_assert(
    detail::catalog_is_sound(),
    "rows sorted by name; signatures start-anchored and of fixed reach; `refines` names a row");

}  // namespace sensor::identify
