// Any text as policy.yaml: it is a policy, or there is an error with its place.
#include <string>

#include "sensor/judge/policy_load.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    if (text.find("include") != std::string::npos) return 0;  // reads no files
    yaml::Problems problems;
    const auto policy = sensor::judge::load_policy_text(
        text, "policy.yaml", {.protocols = {"tls", "http", "dns"}, .app_groups = {"office"}},
        sensor::Timestamp{}, problems);
    if (policy.has_value() == problems.has_errors()) __builtin_trap();
    return 0;
}
