// BitTorrent: the peers' handshake over TCP and uTP (BEP 3, BEP 29), the distributed hash table
// (BEP 5), UDP trackers (BEP 15) and local discovery (BEP 14). Trackers over HTTP are http.
//
// The handshake is 20 bytes of text, a tracker's connection request 64 fixed bits and a zero, a DHT
// message a dictionary of its keys that fills the datagram. A uTP connection is known by its SYN,
// 72 bits of which are fixed. What only repeats a number is believed as the answer alone.
#pragma once

#include <array>

#include "sensor/identify/protocol.h"

namespace sensor::identify::bittorrent {

inline constexpr std::array kSignatures{
    Signature{R"(^\x13BitTorrent protocol)", Role::kEither, kOverTcp},
    Signature{R"(^d[12]:)", Role::kEither, kOverUdp},                            // KRPC
    Signature{R"(^\x00\x00\x04\x17\x27\x10\x19\x80)", Role::kEither, kOverUdp},  // tracker: connect
    Signature{R"(^........\x00\x00\x00\x01)", Role::kEither, kOverUdp},    // tracker: announce
    Signature{R"(^\x00\x00\x00[\x00\x01\x03])", Role::kEither, kOverUdp},  // tracker: answers
    Signature{R"(^BT-SEARCH )", Role::kEither, kOverUdp},                  // local discovery
    Signature{R"(^[\x01\x11\x21\x31\x41][\x00-\x04])", Role::kEither, kOverUdp},  // uTP
};

[[nodiscard]] Verdict validate(const Exchange& exchange) noexcept;

inline constexpr Protocol kProtocol{
    .name = "bittorrent",
    .transports = kOverTcp | kOverUdp,
    .signatures = kSignatures,
    .validate = validate,
};

}  // namespace sensor::identify::bittorrent
