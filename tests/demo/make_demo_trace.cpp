// Writes demo.pcap and demo-identity.ndjson, the same bytes on every run.
// Usage: make-demo-trace DIRECTORY
#include <cstdio>
#include <filesystem>
#include <string>

#include "tests/demo/stories.h"

namespace {

bool written(const std::filesystem::path& path, bytes::View content) {
    const auto status = traffic::write_file(path, content);
    if (!status) std::fprintf(stderr, "make-demo-trace: %s\n", status.error().message.c_str());
    return status.has_value();
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fputs("usage: make-demo-trace DIRECTORY\n", stderr);
        return 2;
    }
    const std::filesystem::path folder{argv[1]};
    std::error_code failed;
    std::filesystem::create_directories(folder, failed);  // write_file reports what is wrong

    const demo::Scene scene = demo::play();
    const bool all =
        written(folder / "demo.pcap", scene.trace.file()) &&
        written(folder / "demo-identity.ndjson", bytes::view_of(scene.identity.text()));
    if (!all) return 1;
    std::printf("%s: %zu packets\n", (folder / "demo.pcap").c_str(), scene.trace.size());
    return 0;
}
