// Inline: DPDK's net_pcap devices, which read one trace and write another, stand in for the two
// ends of a pair; net_null for an end that never stops, net_ring for one that takes no more when
// full.
#include <array>
#include <atomic>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <thread>

#include "lib/dpdk/live_port.h"
#include "sensor/capture/live_source.h"
#include "tests/support/eal_environment.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/traffic/trace_writer.h"

namespace sensor::capture {
namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t kLongest = 1514;
constexpr std::array kForwardCounters{LiveCounter::kForwarded, LiveCounter::kRefused,
                                      LiveCounter::kUnsendable, LiveCounter::kPeerAway};

class ForwardingTest : public test::EalTest {
  protected:
    void SetUp() override {
        EalTest::SetUp();
        static int number = 0;
        auto pool = dpdk::FramePool::create("inline" + std::to_string(number++),
                                            {.frames = 4096, .data_bytes = 2048});
        ASSERT_TRUE(pool) << pool.error().message;
        pool_.emplace(std::move(*pool));
    }
    static dpdk::LivePort open(const std::string& device, const dpdk::FramePool& pool) {
        auto port = dpdk::LivePort::open(device, pool, dpdk::PortUse::kForward);
        EXPECT_TRUE(port) << port.error().message;
        return std::move(*port);
    }
    /// On which `frames` arrive; what is sent there goes into the trace `sent`.
    dpdk::LivePort end(const std::vector<traffic::Bytes>& frames, const std::string& sent) {
        static int number = 300;
        traffic::Trace trace;
        for (const traffic::Bytes& frame : frames)
            trace.add({.time = {}, .frame = frame});
        const std::string path = directory_.path("in" + std::to_string(number));
        EXPECT_TRUE(traffic::write_file(path, trace.file()));
        return open("net_pcap" + std::to_string(number++) + ",rx_pcap=" + path +
                        ",tx_pcap=" + directory_.path(sent),
                    *pool_);
    }
    static dpdk::LivePort device(const std::string& driver, const dpdk::FramePool& pool) {
        static int number = 300;
        return open(driver + std::to_string(number++), pool);
    }
    static std::vector<LiveInput> pair(const dpdk::LivePort& left, const dpdk::LivePort& right,
                                       std::uint32_t longest = kLongest) {
        const auto input = [longest](const dpdk::LivePort& port, std::size_t peer) {
            return LiveInput{
                .queue = port.queue(), .peer = peer, .sender = port.sender(), .longest = longest};
        };
        return {input(left, 1), input(right, 0)};
    }
    /// First bytes of the frames that came in bursts, port by port, until nothing comes.
    std::map<std::size_t, std::vector<int>> read(LiveSource& source) {
        std::map<std::size_t, std::vector<int>> seen;
        for (auto batch = source.receive(*burst_); burst_->size != 0;
             batch = source.receive(*burst_)) {
            for (std::size_t i = 0; i < burst_->size; ++i) {
                const PacketView& view = burst_->views[i];
                seen[static_cast<std::size_t>(view.source)].push_back(view.frame[0]);
            }
        }
        return seen;
    }
    /// The frames in a trace that net_pcap has written.
    std::vector<traffic::Bytes> written(const std::string& name) {
        constexpr std::size_t kFileHeader = 24;
        constexpr std::size_t kRecordHeader = 16;
        constexpr std::size_t kLengthAt =
            8;  // in the host's order, like everything net_pcap writes
        std::ifstream file{directory_.path(name), std::ios::binary};
        const traffic::Bytes all{std::istreambuf_iterator<char>{file}, {}};
        std::vector<traffic::Bytes> frames;
        for (std::size_t at = kFileHeader; at + kRecordHeader < all.size();) {
            std::uint32_t length = 0;
            std::memcpy(&length, all.data() + at + kLengthAt, sizeof length);
            const auto begin = all.begin() + static_cast<std::ptrdiff_t>(at + kRecordHeader);
            frames.emplace_back(begin, begin + length);
            at += kRecordHeader + length;
        }
        return frames;
    }
    static std::uint64_t forwarded_or_not(const LiveSource& source, std::size_t port) {
        std::uint64_t sum = 0;
        for (const LiveCounter counter : kForwardCounters)
            sum += source.counters(port)[counter];
        return sum;
    }

    test::TemporaryDirectory directory_;
    std::optional<dpdk::FramePool> pool_;
    std::unique_ptr<Burst> burst_ = std::make_unique<Burst>();
};

TEST_F(ForwardingTest, SendsAtEachEndWhatTheOtherReceives) {
    const std::vector<traffic::Bytes> eastward{{traffic::Bytes(60, 1), traffic::Bytes(1514, 2)}};
    const std::vector<traffic::Bytes> westward{{traffic::Bytes(90, 3)}};
    {
        const auto left = end(eastward, "west");
        const auto right = end(westward, "east");
        LiveSource source{pair(left, right)};

        const auto seen = read(source);

        EXPECT_EQ(seen, (std::map<std::size_t, std::vector<int>>{{0, {1, 2}}, {1, {3}}}));
        EXPECT_EQ(source.counters(0)[LiveCounter::kForwarded], 2U);
        EXPECT_EQ(source.counters(1)[LiveCounter::kForwarded], 1U);
        EXPECT_EQ(source.counters(0)[LiveCounter::kBypassed], 0U);
    }
    EXPECT_EQ(written("east"), eastward);
    EXPECT_EQ(written("west"), westward);
    EXPECT_EQ(pool_->in_use(), 0U);
}

TEST_F(ForwardingTest, CopiesNothing) {
    const auto left = end({traffic::Bytes(60, 1)}, "west");
    const auto right = device("net_ring", *pool_);  // hands out what was sent to it
    LiveSource source{pair(left, right)};

    const auto received = source.receive(*burst_);
    ASSERT_EQ(burst_->size, 1U);
    const auto* const bytes = burst_->views[0].frame.data();
    const auto sent = source.receive(*burst_);
    ASSERT_EQ(burst_->size, 1U);

    EXPECT_EQ(burst_->views[0].source, MirrorPort{1});
    EXPECT_EQ(burst_->views[0].frame.data(), bytes);
}

TEST_F(ForwardingTest, CountsWhatIsTooLongForThePeer) {
    traffic::Bytes tagged(kLongest + 4, 1);
    tagged[12] = 0x81;
    tagged[13] = 0x00;
    const std::vector<traffic::Bytes> sent{{traffic::Bytes(kLongest, 2), tagged}};
    {
        const auto left =
            end({traffic::Bytes(kLongest + 1, 3), sent[0], traffic::Bytes(kLongest + 4, 4), sent[1],
                 traffic::Bytes(kLongest + 5, 5)},
                "west");
        const auto right = end({}, "east");
        LiveSource source{pair(left, right)};

        EXPECT_EQ(read(source)[0], (std::vector{3, 2, 4, 1, 5}));
        EXPECT_EQ(source.counters(0)[LiveCounter::kForwarded], 2U);
        EXPECT_EQ(source.counters(0)[LiveCounter::kUnsendable], 3U);
    }
    EXPECT_EQ(written("east"), sent);
}

TEST_F(ForwardingTest, LooksAtWhatAPeerWithoutALinkDoesNotGet) {
    const auto left = end({traffic::Bytes(60, 1)}, "west");
    const auto right = end({traffic::Bytes(60, 2)}, "east");
    LiveSource source{pair(left, right)};

    source.limit_sending(1, 0);

    EXPECT_EQ(read(source)[0], std::vector{1});
    EXPECT_EQ(source.counters(0)[LiveCounter::kPeerAway], 1U);
    EXPECT_EQ(source.counters(1)[LiveCounter::kForwarded], 1U);
}

TEST_F(ForwardingTest, SendsNothingToADetachedPeer) {
    const auto left = device("net_null", *pool_);
    auto right = std::make_optional(device("net_null", *pool_));
    const auto inputs = pair(left, *right);
    LiveSource source{inputs};
    std::atomic<bool> is_detached{false};
    std::thread other{[&] {
        source.detach(1);
        is_detached = true;
    }};
    while (!is_detached)
        static_cast<void>(source.receive(*burst_));
    other.join();
    right.reset();
    const std::uint64_t forwarded = source.counters(0)[LiveCounter::kForwarded];
    static_cast<void>(source.receive(*burst_));
    EXPECT_EQ(source.counters(0)[LiveCounter::kForwarded], forwarded);
    EXPECT_GT(source.counters(0)[LiveCounter::kPeerAway], 0U);

    const auto again = device("net_null", *pool_);
    source.attach(1, pair(left, again)[1]);
    static_cast<void>(source.receive(*burst_));
    static_cast<void>(source.receive(*burst_));
    EXPECT_GT(source.counters(0)[LiveCounter::kForwarded], forwarded);
}

TEST_F(ForwardingTest, LooksAtOneBurstIn64WhenThereIsNoTimeForMore) {
    const auto left = device("net_null", *pool_);
    const auto right = device("net_null", *pool_);
    LiveSource source{pair(left, right), 0ns};
    std::uint64_t seen = 0;
    constexpr std::uint64_t kTurns = 20;
    for (std::uint64_t turn = 0; turn < kTurns; ++turn) {
        const auto batch = source.receive(*burst_);
        ASSERT_EQ(burst_->size, dpdk::FrameBatch::kCapacity);
        seen += burst_->size;
    }

    std::uint64_t received = 0;
    std::uint64_t bypassed = 0;
    for (const std::size_t port : {0U, 1U}) {
        const auto& counters = source.counters(port);
        received += counters[LiveCounter::kPackets];
        bypassed += counters[LiveCounter::kBypassed];
        EXPECT_EQ(counters[LiveCounter::kPackets], forwarded_or_not(source, port));
        EXPECT_EQ(counters[LiveCounter::kPackets], counters[LiveCounter::kForwarded]);
        EXPECT_EQ(counters[LiveCounter::kBytes], counters[LiveCounter::kPackets] * 64);
    }
    EXPECT_EQ(received, seen + bypassed);
    EXPECT_GE(bypassed, (kTurns - 2) * 63 * dpdk::FrameBatch::kCapacity);
}

TEST_F(ForwardingTest, SaysWhatAFullQueueDidNotTakeAndKeepsNoneOfIt) {
    const auto endless = device("net_null", *pool_);
    const auto full = device("net_ring", *pool_);
    constexpr std::size_t kRoom = 1023;
    auto queue = endless.queue();
    dpdk::Sent sent;
    for (std::size_t burst = 0; burst < 20; ++burst) {
        const dpdk::Sent more = full.sender().send(queue.poll(), kLongest);
        EXPECT_EQ(more.accepted + more.refused, dpdk::FrameBatch::kCapacity);
        sent.accepted += more.accepted;
        sent.refused += more.refused;
    }
    EXPECT_EQ(sent.accepted, kRoom);
    EXPECT_EQ(sent.refused, 20 * dpdk::FrameBatch::kCapacity - kRoom);
    EXPECT_EQ(pool_->in_use(), kRoom);
    auto drained = full.queue();
    while (drained.poll().size() != 0)
        continue;
    EXPECT_EQ(pool_->in_use(), 0U);
}

}  // namespace
}  // namespace sensor::capture
