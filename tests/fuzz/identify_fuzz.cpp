// Any bytes as the start of a session, to every validator of one parser family and, where it
// accepts, to its extractor; then as both directions of a session that may be upgraded.
#include <algorithm>
#include <vector>

#include "sensor/identify/catalog.h"
#include "tests/fuzz/families.h"

using namespace sensor;

namespace {

constexpr const fuzz::Family& family() {
    return *std::ranges::find(fuzz::kFamilies, std::string_view{FAMILY}, &fuzz::Family::name);
}

constexpr bool every_protocol_has_one_family() {
    return std::ranges::all_of(identify::kCatalog, [](const identify::Protocol& protocol) {
        return std::ranges::count_if(fuzz::kFamilies, [&](const fuzz::Family& one) {
                   return belongs(protocol.name, one);
               }) == 1;
    });
}
static_assert(every_protocol_has_one_family(), "a new protocol must be fuzzed: see families.h");

void check(const Facts& facts) {
    std::size_t bytes = 0;
    facts.each([&](Fact fact, std::string_view value) {
        if (fact >= Fact::kCount) __builtin_trap();
        bytes += value.size();
    });
    if (bytes > Facts::kCapacity) __builtin_trap();
}

void try_upgrade(const identify::Protocol& protocol, bytes::View said, std::size_t cut) {
    if (protocol.upgrade == nullptr) return;
    const std::vector<std::uint8_t> client(said.begin(), said.begin() + static_cast<int>(cut));
    const std::vector<std::uint8_t> server(said.begin() + static_cast<int>(cut), said.end());
    const identify::Upgrade stand = protocol.upgrade(client, server);
    if (stand.state != identify::Upgrade::State::kDone) return;
    if (stand.client_at > client.size() || stand.server_at > server.size()) __builtin_trap();
    static Facts facts;
    facts.clear();
    if (protocol.extract_upgrade != nullptr) protocol.extract_upgrade(client, server, facts);
    check(facts);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::size_t kHead = 4;
    if (size < kHead) return 0;
    const std::vector<std::uint8_t> said(data + kHead, data + size);
    identify::Exchange exchange{
        .said = said,
        .direction = (data[0] & 1U) != 0 ? Direction::kToClient : Direction::kToServer,
        .transport = (data[0] & 2U) != 0 ? Transport::kUdp : Transport::kTcp,
        .direction_known = (data[0] & 4U) != 0,
        .multicast = (data[0] & 8U) != 0,
        .token = data[1],
        .earlier = data[2]};
    static Facts facts;
    for (const identify::Protocol& protocol : identify::kCatalog) {
        if (!belongs(protocol.name, family())) continue;
        try_upgrade(protocol, said, std::min<std::size_t>(data[3], said.size()));
        if (protocol.announces != nullptr) {
            (void)protocol.announces(exchange.said, exchange.direction, PortNumber{data[3]});
        }
        if (protocol.validate(exchange).match != identify::Match::kYes) continue;
        facts.clear();
        if (protocol.extract != nullptr) protocol.extract(exchange, facts);
        check(facts);
    }
    return 0;
}
