#include "sensor/control/evidence_config.h"

#include <algorithm>
#include <string>

namespace sensor::control {
namespace {

constexpr std::int64_t kMostSnap = 65535;  // bytes of a frame

/// `headers`, `all`, or so many bytes.
std::uint32_t read_payload(const yaml::Node& node, yaml::Problems& problems) {
    const auto text = as_text(node, problems);
    if (!text || *text == "headers") return 0;
    if (*text == "all") return evidence::kWholePayload;
    const bool is_number =
        !text->empty() && std::ranges::all_of(*text, [](char c) { return c >= '0' && c <= '9'; });
    if (!is_number) {
        problems.error(node.place(),
                       "payload must be headers, all, or how many of each packet's "
                       "first bytes are kept, got '" +
                           *text + "'");
        return 0;
    }
    return static_cast<std::uint32_t>(as_integer(node, 1, kMostSnap, problems).value_or(0));
}

template <class Number>
void read(const yaml::Node& node, std::int64_t least, std::int64_t most, Number& into,
          yaml::Problems& problems) {
    if (const auto value = as_integer(node, least, most, problems)) {
        into = static_cast<Number>(*value);
    }
}

}  // namespace

evidence::Options read_evidence(const yaml::Node& node, yaml::Problems& problems) {
    constexpr std::int64_t kLeastSnap = 64;
    constexpr std::int64_t kMegabyte = 1 << 20U;
    constexpr std::int64_t kMostMemory = std::int64_t{1} << 36U;
    constexpr std::int64_t kMostDisk = std::int64_t{1} << 44U;
    constexpr std::int64_t kMostSessions = 1024;
    evidence::Options options;
    yaml::Map map{node, "evidence", problems};
    const yaml::Node directory = map.optional("directory");
    if (const auto text = as_text(directory, problems); text && *text != "off") {
        if (!text->starts_with('/')) {
            problems.error(directory.place(), "directory must be an absolute directory or off");
        }
        options.directory = *text;
    }
    read(map.optional("packets"), 1, evidence::Options::kMostPackets, options.packets, problems);
    read(map.optional("bytes"), kLeastSnap, kMostSnap, options.snap_bytes, problems);
    options.payload_bytes = read_payload(map.optional("payload"), problems);
    read(map.optional("sessions"), 1, kMostSessions, options.sessions, problems);
    read(map.optional("memory_bytes"), kMegabyte, kMostMemory, options.memory_bytes, problems);
    read(map.optional("disk_bytes"), kMegabyte, kMostDisk, options.disk_bytes, problems);
    map.finish();
    return options;
}

}  // namespace sensor::control
