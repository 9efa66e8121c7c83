// Any text as an identity event, of a feed and of the journal.
#include <string>

#include "tests/support/reads_back.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sensor::attribute::feeds;
    const std::string line(reinterpret_cast<const char*>(data), size);
    const auto event = parse_ndjson_event(line);
    const bool says_why = event.has_value() || !event.error().message.empty();
    if (!says_why) __builtin_trap();
    if (event.has_value() && !test::reads_back(*event)) __builtin_trap();
    const auto kept = parse_kept_event(line);
    if (event.has_value() && !kept.has_value()) __builtin_trap();
    return 0;
}
