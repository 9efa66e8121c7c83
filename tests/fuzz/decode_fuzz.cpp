// Any bytes as a frame of any link type.
#include <vector>

#include "sensor/decode/decoder.h"
#include "tests/support/same_packet.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    constexpr auto kLinkTypes = static_cast<unsigned>(sensor::LinkType::kCount);
    const auto link = static_cast<sensor::LinkType>(data[0] % kLinkTypes);
    // A copy of its own size, so that the sanitizer sees one byte too far.
    const std::vector<std::uint8_t> frame(data + 1, data + size);
    sensor::DecodedPacket packet;
    sensor::decode::decode(frame, link, {}, packet);
    sensor::DecodedPacket walked;
    sensor::decode::decode_by_walk(frame, link, {}, walked);
    if (!test::same_packet(packet, walked)) __builtin_trap();
    if (packet.status != sensor::DecodeStatus::kOk) return 0;
    const bool is_inside =
        packet.payload.empty() ||
        (packet.payload.data() >= frame.data() &&
         packet.payload.data() + packet.payload.size() <= frame.data() + frame.size());
    if (!is_inside || packet.payload.size() > packet.payload_length) __builtin_trap();
    return 0;
}
