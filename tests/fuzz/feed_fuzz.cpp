// Any text as a document of the feed FEED.
#include <algorithm>
#include <string_view>

#include "sensor/attribute/feeds/document_feeds.h"
#include "tests/support/reads_back.h"

namespace {

using namespace sensor;

/// An event is of a device, or of whoever had a client's address.
bool is_of_somebody(const IdentityEvent& event) {
    const auto* connect = std::get_if<ConnectFact>(&event.fact);
    return !event.device.empty() || (connect != nullptr && connect->client.has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using attribute::feeds::FeedEvents;
    const auto* feed = attribute::feeds::find_document_feed(FEED);
    if (feed == nullptr) __builtin_trap();
    const FeedEvents held =
        feed->read({reinterpret_cast<const char*>(data), size}, timestamp_of(1));
    for (const IdentityEvent& event : held.events)
        if (!is_of_somebody(event) || event.source != FEED || !test::reads_back(event))
            __builtin_trap();
    for (const FeedEvents::Rejection& rejection : held.rejections)
        if (rejection.reason.empty()) __builtin_trap();
    if (held.rejections.size() !=
        std::min<std::uint64_t>(held.rejected, FeedEvents::kMaxRejections))
        __builtin_trap();
    return 0;
}
