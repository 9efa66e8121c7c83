// Any bytes as the start of a session, to every validator and, where it accepts, its extractor.
#include <vector>

#include "sensor/identify/catalog.h"

using namespace sensor;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const std::vector<std::uint8_t> said(data + 2, data + size);
    identify::Exchange exchange{
        .said = said,
        .direction = (data[0] & 1U) != 0 ? Direction::kToClient : Direction::kToServer,
        .transport = (data[0] & 2U) != 0 ? Transport::kUdp : Transport::kTcp,
        .direction_known = (data[0] & 4U) != 0,
        .multicast = (data[0] & 8U) != 0,
        .token = data[1]};
    static Facts facts;
    for (const identify::Protocol& protocol : identify::kCatalog) {
        if (protocol.validate(exchange).match != identify::Match::kYes) continue;
        facts.clear();
        if (protocol.extract != nullptr) protocol.extract(exchange, facts);
        std::size_t bytes = 0;
        facts.each([&](Fact fact, std::string_view value) {
            if (fact >= Fact::kCount) __builtin_trap();
            bytes += value.size();
        });
        if (bytes > Facts::kCapacity) __builtin_trap();
    }
    return 0;
}
