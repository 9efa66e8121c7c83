#include "sensor/control/numa.h"

#include <gtest/gtest.h>

#include "tests/support/temporary_directory.h"

namespace sensor::control {
namespace {

/// A machine of two nodes: CPUs 0 and 1 are on node 0, 2 and 3 on node 1, and so are eth1 and a
/// card.
class Numa : public testing::Test {
  protected:
    Numa() {
        for (const unsigned cpu : {0, 1, 2, 3}) {
            make("devices/system/cpu/cpu" + std::to_string(cpu) + "/node" +
                 std::to_string(cpu / 2));
        }
        put("devices/system/node/node1", "cpulist", "2-3\n");
        put("class/net/eth1/device", "numa_node", "1\n");
        put("class/net/eth2/device", "numa_node", "-1\n");
        put("bus/pci/devices/0000:3b:00.0", "numa_node", "1\n");
    }

    /// What is said of a port and CPUs.
    [[nodiscard]] std::vector<std::string> warnings(const CaptureConfig::Port& port,
                                                    std::vector<unsigned> cpus) const {
        CaptureConfig config;
        config.ports = {port};
        config.cpus = std::move(cpus);
        config.cpus_place = {.file = "capture.yaml", .line = 2, .column = 7};
        std::vector<std::string> lines;
        for (const yaml::Problem& problem : numa_warnings(config, sysfs_.path()))
            lines.push_back(problem.to_string());
        return lines;
    }

  private:
    void make(const std::string& directory) const {
        std::filesystem::create_directories(sysfs_.path(directory));
    }
    void put(const std::string& directory, const std::string& name, std::string_view text) const {
        make(directory);
        sysfs_.write(directory + "/" + name, text);
    }

    test::TemporaryDirectory sysfs_;
};

const CaptureConfig::Port kEth1{.interface = "eth1", .device = {}, .place = {}};

TEST_F(Numa, ACpuFarFromAPortIsNamedWithThoseThatAreNear) {
    EXPECT_EQ(warnings(kEth1, {2, 1}),
              std::vector<std::string>{
                  "capture.yaml:2:7: warning: CPU 1 is on NUMA node 0, port 'eth1' on node 1: each "
                  "packet crosses between them; take CPUs 2-3"});
}

TEST_F(Numa, ACardIsKnownByItsAddress) {
    EXPECT_EQ(warnings({.interface = {}, .device = "3b:00.0", .place = {}}, {0}).size(), 1U);
    EXPECT_EQ(warnings({.interface = {}, .device = "0000:3b:00.0", .place = {}}, {0}).size(), 1U);
}

TEST_F(Numa, NothingIsSaidWhereNothingIsFarOrNobodyKnows) {
    EXPECT_TRUE(warnings(kEth1, {2, 3}).empty());
    EXPECT_TRUE(warnings(kEth1, {}).empty());
    EXPECT_TRUE(warnings(kEth1, {9}).empty());
    EXPECT_TRUE(warnings({.interface = "eth2", .device = {}, .place = {}}, {0}).empty());
    EXPECT_TRUE(warnings({.interface = {}, .device = "net_null0", .place = {}}, {0}).empty());
}

}  // namespace
}  // namespace sensor::control
