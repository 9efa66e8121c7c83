// Any bytes as IPFIX: as what a TCP connection brings, and each message that is cut out of it as a
// datagram, too. The first byte says in which pieces they come.
#include <algorithm>
#include <chrono>

#include "sensor/attribute/feeds/ipfix.h"
#include "tests/support/reads_back.h"

namespace {

namespace feeds = sensor::attribute::feeds;

bool are_sound(const std::vector<sensor::IdentityEvent>& events) {
    return std::ranges::all_of(events, [](const sensor::IdentityEvent& event) {
        if (!test::reads_back(event)) return false;
        const auto* connect = std::get_if<sensor::ConnectFact>(&event.fact);
        if (connect == nullptr) return event.device.starts_with("udid:");
        return !connect->app.empty() && (!event.device.empty() || connect->client.has_value());
    });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace std::chrono_literals;
    if (size == 0) return 0;
    const std::size_t piece = std::size_t{1} + data[0];
    feeds::IpfixReader reader{{.exporters = 2, .of_one = 4, .different = 6, .lifetime = 1min}};
    const sensor::Endpoint peer{sensor::ipv4_address(0xc0000201U), sensor::PortNumber{40000}};
    sensor::Timestamp now{1'790'000'000s};
    feeds::IpfixStream stream;
    const bytes::View all{data + 1, size - 1};
    for (std::size_t at = 0; at < all.size(); at += piece) {
        stream.add(all.subspan(at, std::min(piece, all.size() - at)));
        while (const auto message = stream.next()) {
            now += 7s;
            for (const std::uint64_t connection : {0U, 1U})
                if (!are_sound(reader.read(*message, {peer, connection}, now))) __builtin_trap();
        }
    }
    return 0;
}
