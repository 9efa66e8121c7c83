// Any bytes as RADIUS datagrams, one after the other: two bytes of length before each. Their
// authenticators are not asked for, since no input could have the right one.
#include <chrono>

#include "sensor/attribute/feeds/radius.h"
#include "tests/support/reads_back.h"

namespace {

namespace feeds = sensor::attribute::feeds;

bool is_sound(const feeds::RadiusReader::Heard& heard) {
    if (heard.outcome != feeds::RadiusOutcome::kAccepted) return heard.events.empty();
    for (const sensor::IdentityEvent& event : heard.events) {
        if (event.device.empty() || event.source != "radius") return false;
        if (!test::reads_back(event)) return false;
        const auto* fact = std::get_if<sensor::DeviceFact>(&event.fact);
        if (fact == nullptr) continue;
        for (const std::string& id : fact->also_known_as)
            if (id.empty() || id.starts_with("user:") || id == event.device) return false;
    }
    return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace std::chrono_literals;
    constexpr std::size_t kMostSessions = 3;
    feeds::RadiusReader reader{
        {.clients = {}, .groups = {}, .trust_unverified = true, .most_sessions = kMostSessions}};
    const sensor::Endpoint from{sensor::ipv4_address(0xc0000201U), sensor::PortNumber{40000}};
    sensor::Timestamp now{1'790'000'000s};
    bytes::ByteCursor cursor{{data, size}};
    while (!cursor.empty()) {
        const std::size_t length = cursor.read<std::uint16_t>();
        const bytes::View datagram = cursor.take(std::min(length, cursor.rest().size()));
        const bool takes_back = length % 5 == 0;
        now += 1s;
        if (!is_sound(reader.read(datagram, from, now))) __builtin_trap();
        if (takes_back) reader.undo();
        if (reader.sessions().size() > kMostSessions) __builtin_trap();
        // Whatever it is, nothing of it is genuine.
        const auto packet = feeds::radius::parse_packet(datagram);
        if (packet && !feeds::radius::is_genuine(*packet, "never guessed")) {
            const auto response = feeds::radius::response_to(*packet, "never guessed");
            if (!feeds::radius::parse_packet(response)) __builtin_trap();
        }
    }
    return 0;
}
