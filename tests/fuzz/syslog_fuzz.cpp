// Any bytes as a syslog stream, in two pieces, and each of its messages.
#include <string>
#include <vector>

#include "sensor/attribute/feeds/syslog_message.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sensor::attribute::feeds;
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const auto read = [&](std::size_t first) {
        SyslogFrames frames{1000};
        std::vector<std::string> messages;
        for (const std::string_view piece : {text.substr(0, first), text.substr(first)}) {
            frames.add(piece);
            while (const auto message = frames.next())
                messages.emplace_back(*message);
        }
        return messages;
    };
    const auto messages = read(size);
    if (messages != read(size / 2)) __builtin_trap();
    for (const std::string& message : messages) {
        const auto parsed = parse_syslog(message);
        if (!parsed && parsed.error().message.empty()) __builtin_trap();
    }
    (void)parse_syslog(text).has_value();
    return 0;
}
