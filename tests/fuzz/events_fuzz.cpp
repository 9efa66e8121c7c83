// Any text as an identity event.
#include <string>

#include "sensor/attribute/feeds/ndjson.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string line(reinterpret_cast<const char*>(data), size);
    const auto event = sensor::attribute::feeds::parse_ndjson_event(line);
    const bool says_why = event.has_value() || !event.error().message.empty();
    const bool has_device = !event.has_value() || !event->device.empty();
    if (!says_why || !has_device) __builtin_trap();
    return 0;
}
