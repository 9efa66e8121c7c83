// Writes the seeds of the fuzz targets from the messages that tests are written with.
// Usage: make-fuzz-seeds DIRECTORY
#include <cstdio>
#include <filesystem>
#include <string>

#include "tests/demo/stories.h"

namespace {

namespace fs = std::filesystem;
constexpr std::size_t kSeeds = 600;

bool write(const fs::path& folder, std::size_t number, const traffic::Bytes& content) {
    std::error_code failed;
    fs::create_directories(folder, failed);  // write_file reports what is wrong
    return traffic::write_file((folder / std::to_string(number)).string(), content).has_value();
}

traffic::Bytes after(std::initializer_list<std::uint8_t> start, bytes::View rest) {
    traffic::Bytes bytes{start};
    bytes.insert(bytes.end(), rest.begin(), rest.end());
    return bytes;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fputs("usage: make-fuzz-seeds DIRECTORY\n", stderr);
        return 2;
    }
    const fs::path folder{argv[1]};
    const demo::Scene scene = demo::play();
    const auto packets = scene.trace.sorted();
    bool all = true;
    for (std::size_t i = 0; i < packets.size() && i < kSeeds; ++i) {
        const traffic::Bytes& frame = packets[i].frame;
        all = all && write(folder / "decode", i, after({0}, frame));
        const auto length = static_cast<std::uint16_t>(frame.size());
        all = all && write(folder / "session", i,
                           after({static_cast<std::uint8_t>(length >> 8U),
                                  static_cast<std::uint8_t>(length & 0xffU)},
                                 frame));
    }
    const std::string events = scene.identity.text();
    std::size_t number = 0;
    for (std::size_t at = 0; at < events.size() && number < kSeeds; ++number) {
        const std::size_t end = std::min(events.find('\n', at), events.size());
        const auto line = events.substr(at, end - at);
        all = all && write(folder / "events", number, {line.begin(), line.end()});
        at = end + 1;
    }
    const std::string policy = "AllowedProtocolPortMappings: {tls: {tcp: [443, \"8000-8010\"]}}\n";
    all = all && write(folder / "policy", 0, {policy.begin(), policy.end()});
    if (!all) std::fprintf(stderr, "make-fuzz-seeds: cannot write below %s\n", argv[1]);
    return all ? 0 : 1;
}
