#include "sensor/control/capture_config.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "sensor/control/built_in.h"

namespace sensor::control {
namespace {

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

struct Read {
    CaptureConfig config;
    Lines problems;
};

Read read(std::string_view text) {
    yaml::Problems problems;
    const auto document = yaml::load_text(text, "capture.yaml");
    Read result{.config = read_capture_config(*document, problems), .problems = {}};
    for (const yaml::Problem& problem : problems.sorted())
        result.problems.push_back(problem.to_string());
    return result;
}

TEST(CaptureConfig, TheShippedFileSaysWhatTheDefaultsAre) {
    const Read shipped = read(built_in_file("capture.yaml"));
    const CaptureConfig defaults;

    EXPECT_EQ(shipped.problems, Lines{});
    EXPECT_EQ(shipped.config.role, Role::kTap);
    EXPECT_TRUE(shipped.config.ports.empty());
    EXPECT_EQ(shipped.config.longest_delay, defaults.longest_delay);
    EXPECT_EQ(shipped.config.workers, defaults.workers);
    EXPECT_EQ(shipped.config.cpus, defaults.cpus);
    EXPECT_EQ(shipped.config.buffers, defaults.buffers);
    EXPECT_EQ(shipped.config.longest_sleep, defaults.longest_sleep);
    EXPECT_EQ(shipped.config.hugepages, defaults.hugepages);
}

TEST(CaptureConfig, ReadsEverything) {
    const Read read_one = read(
        "ports:\n"
        "  - interface: eth1\n"
        "  - device: 0000:3b:00.0\n"
        "workers: 2\n"
        "cpus: [1, 2, 3]\n"
        "buffers: 65536\n"
        "longest_sleep: 0s\n"
        "hugepages: false\n");
    const CaptureConfig& config = read_one.config;

    EXPECT_EQ(read_one.problems, Lines{});
    ASSERT_EQ(config.ports.size(), 2U);
    EXPECT_EQ(config.ports[0].interface, "eth1");
    EXPECT_EQ(config.ports[0].name(), "eth1");
    EXPECT_EQ(config.ports[1].device, "0000:3b:00.0");
    EXPECT_EQ(config.ports[1].name(), "0000:3b:00.0");
    EXPECT_EQ(config.ports[1].place.line, 3);
    EXPECT_EQ(config.workers, 2U);
    EXPECT_EQ(config.cpus, (std::vector<unsigned>{1, 2, 3}));
    EXPECT_EQ(config.buffers, 65536U);
    EXPECT_EQ(config.longest_sleep, 0us);
    EXPECT_FALSE(config.hugepages);
}

TEST(CaptureConfig, InlineEachTwoPortsAreAPair) {
    const Read read_one = read(
        "role: inline\n"
        "ports: [{interface: a}, {interface: b}, {device: 0000:3b:00.0}, {device: 0000:3b:00.1}]\n"
        "longest_delay: 2ms\n");

    EXPECT_EQ(read_one.problems, Lines{});
    EXPECT_EQ(read_one.config.role, Role::kInline);
    EXPECT_EQ(read_one.config.longest_delay, 2ms);
    EXPECT_EQ(CaptureConfig::peer_of(0), 1U);
    EXPECT_EQ(CaptureConfig::peer_of(1), 0U);
    EXPECT_EQ(CaptureConfig::peer_of(2), 3U);
    EXPECT_EQ(CaptureConfig::peer_of(3), 2U);
}

TEST(CaptureConfig, SaysWhatIsWrongAndWhere) {
    const std::pair<std::string_view, std::string> mistakes[] = {
        {"ports: [{interface: 'a,b'}]", ":1:21: error: 'a,b' cannot be a network interface"},
        {"ports: [{interface: sixteen-letters-}]", "cannot be a network interface"},
        {"ports: [{device: ''}]", ":1:18: error: device must not be empty"},
        {"ports: [{}]", "a port is either"},
        {"ports: [{interface: a, device: b}]", "a port is either"},
        {"ports: [{interface: a}, {interface: a}]", ":1:25: error: port 'a' is listed twice"},
        {"ports: [{interfaces: a}]", "did you mean 'interface'?"},
        {"workers: 0", "from 1 to 64"},
        {"workers: 65", "from 1 to 64"},
        {"ports: [{interface: 'a=b'}]", "cannot be a network interface"},
        {"workers: 2\ncpus: [0, 1, 0]", ":2:14: warning: CPU 0 is listed twice"},
        {"cpus: [0, 1]", ":1:7: error: cpus must name 1: one for each worker"},
        {"workers: 2\ncpus: [0, 1]", ":2:7: error: cpus must name 3"},
        {"cpus: [1024]", "from 0 to 1023"},
        {"buffers: 2047", "from 2048 to"},
        {"longest_sleep: 11ms", "at most 10ms"},
        {"longest_sleep: 11", "expected"},
        {"hugepages: perhaps", "expected"},
        {"role: bridge", ":1:7: error: role is `tap`"},
        {"role: inline\nports: [{interface: a}]", ":2:9: error: port 'a' has no peer"},
        {"role: inline\nports: [{interface: a}, {interface: a}]", "port 'a' is listed twice"},
        {"longest_delay: 101ms", ":1:16: error: longest_delay must be at most 100ms"},
    };
    for (const auto& [text, expected] : mistakes) {
        const Lines problems = read(text).problems;
        const bool is_told = std::ranges::any_of(
            problems, [&](const std::string& line) { return line.find(expected) != line.npos; });
        EXPECT_TRUE(is_told) << text << ": " << (problems.empty() ? "nothing" : problems[0]);
    }
}

}  // namespace
}  // namespace sensor::control
