// The parser families: one fuzz target each, so that a run goes deep instead of wide.
#pragma once

#include <array>
#include <string_view>

namespace fuzz {

struct Family {
    std::string_view name;
    std::string_view protocols;  ///< separated by blanks
};

// clang-format off
inline constexpr std::array kFamilies{
    Family{"data",
           "amqp cassandra mongodb mqtt mysql postgresql"},
    Family{"industry",
           "dnp3 iec104 modbus opcua s7comm"},
    Family{"infrastructure",
           "bgp dhcp dhcpv6 diameter dns llmnr mdns ntp radius snmp tftp"},
    Family{"media",
           "bittorrent coap rtcp rtmp rtp stun"},
    Family{"security",
           "anydesk dtls ike kerberos openvpn quic telegram tls tor whatsapp wireguard"},
    Family{"text",
           "ftp ftp-data git http http2 imap irc memcached nats pop3 redis rsync rtsp "
           "sip smtp ssdp ssh syslog telnet websocket whois xmpp"},
    Family{"tunnels",
           "capwap geneve gtp l2tp socks4 socks5 teredo vxlan"},
    Family{"windows",
           "adb dcerpc ldap netbios-dgm netbios-ns netbios-ssn nfs rdp rpc smb tds "
           "teamviewer vnc"},
};
// clang-format on

/// Whether `family` lists `protocol`.
[[nodiscard]] constexpr bool belongs(std::string_view protocol, const Family& family) {
    std::string_view rest = family.protocols;
    while (!rest.empty()) {
        const auto end = rest.find(' ');
        if (rest.substr(0, end) == protocol) return true;
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    }
    return false;
}

}  // namespace fuzz
