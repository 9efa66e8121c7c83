// Live ports, for which DPDK's net_pcap device on a trace stands in.
#include "sensor/capture/live_source.h"

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <thread>

#include "lib/dpdk/live_port.h"
#include "tests/support/eal_environment.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/traffic/trace_writer.h"

namespace sensor::capture {
namespace {

class LiveSourceTest : public test::EalTest {
  protected:
    void SetUp() override {
        EalTest::SetUp();
        static int number = 0;
        auto pool = dpdk::FramePool::create("live" + std::to_string(number++),
                                            {.frames = 1024, .data_bytes = 2048});
        ASSERT_TRUE(pool) << pool.error().message;
        pool_.emplace(std::move(*pool));
    }
    /// A port on which `count` frames of 60 bytes arrive, each full of `byte`.
    dpdk::LivePort open(std::uint8_t byte, std::size_t count) {
        static int number = 100;
        traffic::Trace trace;
        for (std::size_t i = 0; i < count; ++i)
            trace.add({.time = {}, .frame = traffic::Bytes(60, byte)});
        const std::string path = directory_.path(std::to_string(number));
        EXPECT_TRUE(traffic::write_file(path, trace.file()));
        auto port = dpdk::LivePort::open("net_pcap" + std::to_string(number++) + ",rx_pcap=" + path,
                                         *pool_);
        EXPECT_TRUE(port) << port.error().message;
        return std::move(*port);
    }
    template <class... Ports>
    static std::vector<LiveInput> inputs(const Ports&... ports) {
        return {LiveInput{.queue = ports.queue()}...};
    }
    /// Frames seen until nothing comes, by the first byte.
    std::map<int, std::size_t> read(LiveSource& source) {
        std::map<int, std::size_t> seen;
        for (auto batch = source.receive(*burst_); burst_->size != 0;
             batch = source.receive(*burst_)) {
            for (std::size_t i = 0; i < burst_->size; ++i)
                ++seen[burst_->views[i].frame[0]];
        }
        return seen;
    }

    test::TemporaryDirectory directory_;
    std::optional<dpdk::FramePool> pool_;
    std::unique_ptr<Burst> burst_ = std::make_unique<Burst>();
};

TEST_F(LiveSourceTest, TakesFramesOfEveryPortAndSaysWhichAndWhen) {
    const auto first = open(1, 3);
    const auto second = open(2, 5);
    LiveSource source{inputs(first, second)};

    const auto batch = source.receive(*burst_);
    ASSERT_EQ(burst_->size, 3U);
    EXPECT_EQ(burst_->views[0].source, MirrorPort{0});
    EXPECT_EQ(burst_->views[2].number, 3U);
    EXPECT_EQ(burst_->views[0].captured, 60U);
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    EXPECT_LT(now - burst_->views[0].seen.time_since_epoch(), std::chrono::minutes{1});
    const auto rest = source.receive(*burst_);
    ASSERT_EQ(burst_->size, 5U);
    EXPECT_EQ(burst_->views[0].source, MirrorPort{1});
    EXPECT_EQ(burst_->views[4].number, 8U);
    EXPECT_EQ(source.counters(0)[LiveCounter::kPackets], 3U);
    EXPECT_EQ(source.counters(1)[LiveCounter::kBytes], 300U);
}

TEST_F(LiveSourceTest, EndsWhenItIsStoppedAndThePortsAreEmpty) {
    const auto port = open(1, 130);
    LiveSource source{inputs(port)};
    EXPECT_FALSE(source.exhausted());

    source.stop();
    EXPECT_EQ(read(source), (std::map<int, std::size_t>{{1, 130}}));
    EXPECT_TRUE(source.exhausted());
}

TEST_F(LiveSourceTest, LeavesADetachedPortAloneAndTakesItUpAgain) {
    const auto first = open(1, 2);
    const auto second = open(2, 2);
    const auto another = open(3, 2);
    LiveSource source{inputs(first, second)};
    std::atomic<bool> is_detached{false};
    std::thread other{[&] {
        source.detach(0);
        is_detached = true;
    }};
    // The port is polled until the polling side has heard of it.
    while (!is_detached)
        static_cast<void>(read(source));
    other.join();
    static_cast<void>(read(source));
    source.attach(0, {.queue = another.queue(), .link = LinkType::kRawIp});
    EXPECT_EQ(read(source), (std::map<int, std::size_t>{{3, 2}}));
}

TEST_F(LiveSourceTest, DetachesAtOnceWhenNobodyPollsAnyMore) {
    const auto port = open(1, 1);
    LiveSource source{inputs(port)};
    source.stop();
    static_cast<void>(read(source));
    ASSERT_TRUE(source.exhausted());
    source.detach(0);
}

TEST_F(LiveSourceTest, SaysWhatIsWrongWithADevice) {
    const auto unknown = dpdk::LivePort::open("net_nonsense0", *pool_);
    ASSERT_FALSE(unknown);
    EXPECT_NE(unknown.error().message.find("check the driver's name"), std::string::npos);
    EXPECT_FALSE(dpdk::LivePort::open("net_pcap99,rx_pcap=/nowhere", *pool_));
}

TEST(PciAddress, HasItsForm) {
    for (const char* good : {"0000:3b:00.0", "3b:00.0", "abcd:ef:1f.7"})
        EXPECT_TRUE(dpdk::is_pci_address(good)) << good;
    for (const char* bad : {"", "net_null0", "3b:00", "3b-00.0", "0000:3b:00:0", "000:3b:00.0",
                            "0000:3b:00.00", "gggg:3b:00.0", "net_abc"})
        EXPECT_FALSE(dpdk::is_pci_address(bad)) << bad;
    EXPECT_NE(dpdk::pci_objection("ffff:ff:1f.7").find("no such card"), std::string::npos);
}

}  // namespace
}  // namespace sensor::capture
