// Every header the sensor reads. To add one: write layers/<name>.h, then add its row here.
#pragma once

#include <array>

#include "sensor/decode/layers/capwap.h"
#include "sensor/decode/layers/erspan.h"
#include "sensor/decode/layers/ethernet.h"
#include "sensor/decode/layers/geneve.h"
#include "sensor/decode/layers/gre.h"
#include "sensor/decode/layers/gtp_u.h"
#include "sensor/decode/layers/ieee80211.h"
#include "sensor/decode/layers/ip_in_ip.h"
#include "sensor/decode/layers/ipv4.h"
#include "sensor/decode/layers/ipv6.h"
#include "sensor/decode/layers/l2tp.h"
#include "sensor/decode/layers/linux_cooked.h"
#include "sensor/decode/layers/macsec.h"
#include "sensor/decode/layers/mpls.h"
#include "sensor/decode/layers/nsh.h"
#include "sensor/decode/layers/pppoe.h"
#include "sensor/decode/layers/provider_bridge.h"
#include "sensor/decode/layers/radiotap.h"
#include "sensor/decode/layers/raw_ip.h"
#include "sensor/decode/layers/security_group.h"
#include "sensor/decode/layers/tcp.h"
#include "sensor/decode/layers/teredo.h"
#include "sensor/decode/layers/tzsp.h"
#include "sensor/decode/layers/udp.h"
#include "sensor/decode/layers/vlan.h"
#include "sensor/decode/layers/vxlan.h"
#include "sensor/decode/layers/vxlan_gpe.h"

namespace sensor::decode {

/// The commonest first: the walk compares selectors in this order.
inline constexpr std::array kLayers{
    ethernet::kLayer,
    ipv4::kLayer,
    tcp::kLayer,
    udp::kLayer,
    vlan::kCustomer,
    ipv6::kLayer,
    vxlan::kLayer,
    geneve::kLayer,
    ethernet::kBridged,
    vlan::kService,
    vlan::kOldStacked,
    raw_ip::kLayer,
    raw_ip::kLoopback,
    linux_cooked::kVersion1,
    linux_cooked::kVersion2,
    pppoe::kLayer,
    ip_in_ip::kIpv6,
    ip_in_ip::kIpv4,
    mpls::kUnicast,
    mpls::kMulticast,
    gre::kLayer,
    gre::kInUdp,
    erspan::kLayer2,
    erspan::kLayer3,
    gtp_u::kLayer,
    teredo::kLayer,
    l2tp::kLayer,
    l2tp3::kOverIp,
    capwap::kLayer,
    ieee80211::kInCapwap,
    ieee80211::kLayer,
    ieee80211::kAligned,
    radiotap::kLayer,
    tzsp::kLayer,
    provider_bridge::kLayer,
    security_group::kLayer,
    macsec::kLayer,
    vxlan_gpe::kLayer,
    nsh::kLayer,
    ipv6::kExtensions[0],
    ipv6::kExtensions[1],
    ipv6::kExtensions[2],
    ipv6::kExtensions[3],
    ipv6::kExtensions[4],
    ipv6::kExtensions[5],
    ipv6::kExtensions[6],
};

namespace detail {
consteval bool layers_are_sound() {
    for (std::size_t row = 0; row < kLayers.size(); ++row) {
        for (std::size_t other = 0; other < row; ++other) {
            if (kLayers[row].selector == kLayers[other].selector) return false;
        }
    }
    return true;
}
}  // namespace detail
static_assert(detail::layers_are_sound(), "each selector leads to one layer");

}  // namespace sensor::decode
