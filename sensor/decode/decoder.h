// decode: a frame -> the inner TCP or UDP packet and the tags found on the way. Hot path.
#pragma once

#include "sensor/decode/reassembly.h"
#include "sensor/model/burst.h"
#include "sensor/model/packet.h"

namespace sensor::decode {

struct Options {
    /// Whether equal addresses in two VLANs are two sessions. Off for mirrors that tag the two
    /// directions of a link with different VLANs.
    bool vlan_in_scope = true;
    /// Whether the datagram of the outermost UDP tunnel is a packet too, after the one in it.
    bool carriers = false;
    ReassemblyLimits reassembly{};
};

/// Walks the headers of `frame` and fills in `packet`, whose views borrow from the frame. A packet
/// whose status is not kOk is to be counted and goes no further.
void decode(bytes::View frame, LinkType link, const Options& options,
            DecodedPacket& packet) noexcept;

/// The same, always header by header: what decode() is measured against.
void decode_by_walk(bytes::View frame, LinkType link, const Options& options,
                    DecodedPacket& packet) noexcept;

/// The stage: fills the `packets` column from the `views` column, which grows by what carries
/// others. A datagram in fragments becomes
/// one packet, at its last fragment; it borrows from `reassembler` until the next burst.
void run(Burst& burst, const Options& options, Reassembler& reassembler) noexcept;

}  // namespace sensor::decode
