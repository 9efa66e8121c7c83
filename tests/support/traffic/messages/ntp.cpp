#include "tests/support/traffic/messages/ntp.h"

namespace traffic::ntp {
namespace {

/// RFC 5905 §6: seconds since 1900 and a fraction of 2^32.
void write_time(ByteWriter& out, sensor::Timestamp time) {
    constexpr std::int64_t kFrom1900 = 2'208'988'800;  // seconds to the Unix epoch
    constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;
    const std::int64_t nanoseconds = sensor::nanoseconds_of(time);
    const auto rest = static_cast<std::uint64_t>(nanoseconds % kNanosecondsPerSecond);
    out.u32(static_cast<std::uint64_t>(nanoseconds / kNanosecondsPerSecond + kFrom1900));
    out.u32((rest << 32U) / static_cast<std::uint64_t>(kNanosecondsPerSecond));
}

}  // namespace

Bytes client_request(sensor::Timestamp now) {
    ByteWriter out;
    out.u8(0x23).zeros(39);  // no warning, version 4, client; everything else unknown
    write_time(out, now);
    return out.take();
}

Bytes server_response(sensor::Timestamp asked, sensor::Timestamp now) {
    ByteWriter out;
    out.u8(0x24).u8(2).u8(6).u8(0xe9);    // server, stratum 2, poll 2^6 s, precision 2^-23 s
    out.u32(0x00000280).u32(0x00000150);  // root delay and dispersion, 16.16 seconds
    out.u32(0xc0000201);                  // reference: 192.0.2.1
    write_time(out, now - std::chrono::seconds{40});
    write_time(out, asked);
    write_time(out, now);
    write_time(out, now);
    return out.take();
}

}  // namespace traffic::ntp
