// Samsung Knox Network Platform Analytics: a record for each connection an app opened, from the
// device itself. It names no device, only whose address it was.
// Source: Samsung Knox, NPA reference and glossary.
#include "sensor/attribute/feeds/document_feeds.h"
#include "sensor/attribute/feeds/event_object.h"
#include "sensor/attribute/feeds/inventory_ids.h"
#include "sensor/attribute/feeds/records.h"

namespace sensor::attribute::feeds {
namespace {

constexpr std::int64_t kMostSeconds = 9'000'000'000;  // what nanoseconds in 64 bits reach, rounded

std::optional<Transport> transport_of(std::int64_t protocol) noexcept {
    if (protocol == static_cast<std::int64_t>(Transport::kTcp)) return Transport::kTcp;
    if (protocol == static_cast<std::int64_t>(Transport::kUdp)) return Transport::kUdp;
    return std::nullopt;
}

void read_flow(const json::Value& value, FeedOutput& output) {
    output.begin();
    EventObject flow{value};
    const auto protocol = flow.optional_integer("protocol");
    if (flow.ok() && !protocol) return output.reject("expected 'protocol' as a number such as 6");
    const auto transport = transport_of(protocol.value_or(0));
    if (flow.ok() && !transport) return output.pass_over();  // neither TCP nor UDP
    ConnectFact fact{.transport = transport.value_or(Transport::kTcp)};
    fact.app = app_of_process(flow.text("procname"));
    fact.client = Endpoint{flow.address("src"), flow.loose_port("sport")};
    fact.destination.address = flow.address("dst");
    // The reference has it both ways.
    fact.destination.port = flow.loose_port(flow.has("dport") ? "dport" : "dprot");
    const auto start = flow.optional_integer("start");
    if (flow.ok() && (!start || *start < 0 || *start > kMostSeconds)) {
        return output.reject("expected 'start' as seconds since 1970");
    }
    if (!flow.ok()) return output.reject(flow.error());
    output.add(Timestamp{std::chrono::seconds{*start}}, {}, fact);
}

FeedEvents read(std::string_view document, Timestamp received) {
    FeedOutput output{"samsung-npa", received};
    read_records(document, output, read_flow);
    return output.take();
}

}  // namespace

extern const DocumentFeed kSamsungNpa;
constinit const DocumentFeed kSamsungNpa{
    .name = "samsung-npa",
    .suffix = ".samsung-npa.json",
    .summary = "Samsung Knox NPA: each connection and its app, from the device",
    .read = read,
};

}  // namespace sensor::attribute::feeds
