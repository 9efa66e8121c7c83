// Writes demo.pcap and demo-identity.ndjson, the same bytes on every run.
// Usage: make-demo-trace DIRECTORY
#include <cstdio>
#include <filesystem>
#include <string>

#include "tests/demo/stories.h"

namespace {

demo::Scene play() {
    demo::Scene scene;
    for (const auto story : {
             demo::devices,
             demo::flashlight,
             demo::wallpaper,
             demo::torch,
             demo::game,
             demo::notes,
             demo::sync,
             demo::browser,
             demo::mail,
             demo::chat,
             demo::crm,
             demo::meet,
             demo::messenger,
             demo::development_proxy,
             demo::android_push,
             demo::apple_push,
             demo::time_and_names,
             demo::local_discovery,
             demo::captive_portal,
             demo::port_scan,
             demo::http_to_ssh_server,
         }) {
        story(scene);
    }
    return scene;
}

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

    const demo::Scene scene = play();
    const bool all =
        written(folder / "demo.pcap", scene.trace.file()) &&
        written(folder / "demo-identity.ndjson", bytes::view_of(scene.identity.text()));
    if (!all) return 1;
    std::printf("%s: %zu packets\n", (folder / "demo.pcap").c_str(), scene.trace.size());
    return 0;
}
