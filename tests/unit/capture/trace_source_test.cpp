#include "sensor/capture/trace_source.h"

#include <optional>

#include "tests/support/eal_environment.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/traffic/trace_writer.h"

namespace sensor::capture {
namespace {

using namespace std::chrono_literals;
constexpr Timestamp kBase = timestamp_of(1'790'000'000'000'000'000);

class TraceSourceTest : public test::EalTest {
  protected:
    void SetUp() override {
        EalTest::SetUp();
        static int number = 0;
        auto pool = dpdk::FramePool::create(
            "capture" + std::to_string(number++),
            {.frames = frames_for_traces(1), .data_bytes = dpdk::kMostDataBytes});
        ASSERT_TRUE(pool) << pool.error().message;
        pool_.emplace(std::move(*pool));
    }
    /// A trace of `count` frames of `bytes` bytes each, at one time.
    Trace write_long(const std::string& name, std::size_t count, std::size_t bytes) {
        traffic::Trace trace;
        for (std::size_t i = 0; i < count; ++i)
            trace.add({.time = kBase, .frame = traffic::Bytes(bytes, 0xab)});
        const std::string path = directory_.path(name);
        EXPECT_TRUE(traffic::write_file(path, trace.file()));
        return *inspect_trace(path);
    }
    /// A trace of one-byte frames that hold `first`, `first` + 1, ..., at these times.
    Trace write(const std::string& name, std::uint8_t first, const std::vector<Duration>& times,
                std::size_t cut = 0) {
        traffic::Trace trace;
        for (const Duration time : times) {
            trace.add({.time = kBase + time, .frame = {first++}});
        }
        auto content = trace.file();
        content.resize(content.size() - cut);
        const std::string path = directory_.path(name);
        EXPECT_TRUE(traffic::write_file(path, content));
        const auto inspected = inspect_trace(path);
        EXPECT_TRUE(inspected) << inspected.error().message;
        return *inspected;
    }
    struct Seen {
        int byte;
        Duration after;
        std::uint32_t epoch;
        friend bool operator==(const Seen&, const Seen&) = default;
    };
    std::vector<Seen> read(TraceSource& source) {
        std::vector<Seen> seen;
        auto burst = std::make_unique<Burst>();
        while (!source.exhausted()) {
            const auto lease = source.receive(*burst);
            for (std::size_t i = 0; i < burst->size; ++i) {
                const PacketView& view = burst->views[i];
                EXPECT_EQ(view.number, seen.size() + 1);
                EXPECT_LT(view.seen - burst->views[0].seen, Duration{kBurstSpanNs});
                seen.push_back({view.frame[0], view.seen - kBase, source.epoch()});
            }
        }
        return seen;
    }

    test::TemporaryDirectory directory_;
    std::optional<dpdk::FramePool> pool_;
};

TEST_F(TraceSourceTest, GivesFramesWithTheTracesOwnTime) {
    TraceSource source{{write("a", 1, {0us, 7us, 2s})}, false, *pool_};

    EXPECT_EQ(read(source), (std::vector<Seen>{{1, 0us, 0}, {2, 7us, 0}, {3, 2s, 0}}));
    EXPECT_EQ(source.progress().packets.load(), 3U);
    EXPECT_EQ(source.progress().bytes.load(), 3U);
    EXPECT_EQ(source.first(), kBase);
    EXPECT_EQ(source.last(), kBase + 2s);
    EXPECT_EQ(pool_->in_use(), 0U) << "every frame went back";
}

TEST_F(TraceSourceTest, ReadsTracesOneAfterTheOther) {
    TraceSource source{{write("a", 1, {0s, 1s}), write("b", 11, {1s, 5s})}, false, *pool_};

    EXPECT_EQ(read(source), (std::vector<Seen>{{1, 0s, 0}, {2, 1s, 0}, {11, 1s, 0}, {12, 5s, 0}}));
}

TEST_F(TraceSourceTest, StartsAnEpochWhereATraceBeginsBeforeTheLastOneEnded) {
    TraceSource source{{write("a", 1, {5s, 6s}), write("b", 11, {0s})}, false, *pool_};

    EXPECT_EQ(read(source), (std::vector<Seen>{{1, 5s, 0}, {2, 6s, 0}, {11, 0s, 1}}));
    EXPECT_EQ(source.epoch_end(), kBase + 6s);
    EXPECT_EQ(source.first(), kBase);
    EXPECT_EQ(source.last(), kBase + 6s);
}

TEST_F(TraceSourceTest, GoesOnWhereTracesOfOneCaptureOverlap) {
    TraceSource source{
        {write("a", 1, {0s, 6s}), write("b", 11, {5s, 7s}), write("c", 21, {5999ms, 8s})},
        false,
        *pool_};

    EXPECT_EQ(read(source),
              (std::vector<Seen>{
                  {1, 0s, 0}, {2, 6s, 0}, {11, 6s, 0}, {12, 7s, 0}, {21, 5999ms, 1}, {22, 8s, 1}}));
}

TEST_F(TraceSourceTest, SeesAShortTraceTwiceIfItIsGivenTwice) {
    const Trace trace = write("a", 1, {0ms, 10ms});
    TraceSource source{{trace, trace}, false, *pool_};

    EXPECT_EQ(read(source),
              (std::vector<Seen>{{1, 0ms, 0}, {2, 10ms, 0}, {1, 0ms, 1}, {2, 10ms, 1}}));
}

TEST_F(TraceSourceTest, BringsTimesIntoItsRange) {
    // Seconds have 32 bits here, and libpcap takes them as signed.
    auto content = traffic::Trace{};
    content.add({.time = kBase, .frame = {1}});
    auto bytes = content.file();
    bytes[24 + 3] = 0xff;
    const std::string path = directory_.path("past");
    ASSERT_TRUE(traffic::write_file(path, bytes));
    TraceSource source{{*inspect_trace(path)}, false, *pool_};

    const auto seen = read(source);

    ASSERT_EQ(seen.size(), 1U);
    EXPECT_EQ(seen[0].after, kEarliest - kBase);
    EXPECT_EQ(source.progress().clamped.load(), 1U);
}

TEST_F(TraceSourceTest, EndsEarlyWhenItIsToldTo) {
    TraceSource source{{write("a", 1, std::vector<Duration>(200, 0s))}, false, *pool_};
    auto burst = std::make_unique<Burst>();
    { const auto lease = source.receive(*burst); }
    EXPECT_FALSE(source.exhausted());

    source.stop();
    { const auto lease = source.receive(*burst); }

    EXPECT_EQ(burst->size, 0U);
    EXPECT_TRUE(source.exhausted());
}

TEST_F(TraceSourceTest, MergesTracesByTime) {
    TraceSource source{
        {write("a", 1, {0ms, 20ms, 40ms}), write("b", 11, {10ms, 30ms, 9s})}, true, *pool_};

    EXPECT_EQ(
        read(source),
        (std::vector<Seen>{
            {1, 0ms, 0}, {11, 10ms, 0}, {2, 20ms, 0}, {12, 30ms, 0}, {3, 40ms, 0}, {13, 9s, 0}}));
}

TEST_F(TraceSourceTest, HoldsTheClockWhenAPacketIsOlderThanTheOneBefore) {
    // The writer sorts by time, so the step back is made of two files.
    traffic::Trace early;
    early.add({.time = kBase + 1s, .frame = {1}});
    auto content = early.file();
    traffic::Trace late;
    late.add({.time = kBase, .frame = {2}});
    const auto second = late.file();
    constexpr std::ptrdiff_t kFileHeader = 24;
    content.insert(content.end(), second.begin() + kFileHeader, second.end());
    const std::string path = directory_.path("steps");
    ASSERT_TRUE(traffic::write_file(path, content));

    TraceSource source{{*inspect_trace(path)}, false, *pool_};
    EXPECT_EQ(read(source), (std::vector<Seen>{{1, 1s, 0}, {2, 1s, 0}}));
    EXPECT_EQ(source.progress().backsteps.load(), 1U);
}

TEST_F(TraceSourceTest, ReadsATraceUpToWhereItIsCutAndSaysSo) {
    TraceSource source{{write("a", 1, {0s, 1s, 2s}, 1)}, false, *pool_};

    EXPECT_EQ(read(source).size(), 2U);
    ASSERT_EQ(source.cut_short().size(), 1U);
    EXPECT_TRUE(source.cut_short()[0].path.ends_with("/a"));
    EXPECT_EQ(source.cut_short()[0].packets, 2U);
    EXPECT_TRUE(source.cut_short()[0].problem.starts_with("truncated"));
}

TEST_F(TraceSourceTest, StopsAtARecordThatCannotBe) {
    traffic::Trace early;
    for (int i = 0; i < 3; ++i)
        early.add({.time = kBase, .frame = {1}});
    auto content = early.file();
    content.resize(content.size() + 16, 0xff);  // a record of 4 GB
    content.insert(content.end(), content.begin() + 24, content.begin() + 24 + 3 * 17);
    const std::string path = directory_.path("damaged");
    ASSERT_TRUE(traffic::write_file(path, content));

    TraceSource source{{*inspect_trace(path)}, false, *pool_};
    EXPECT_EQ(read(source).size(), 3U);
    ASSERT_EQ(source.cut_short().size(), 1U);
    EXPECT_EQ(source.cut_short()[0].packets, 3U);
}

TEST_F(TraceSourceTest, KeepsOffloadedFramesInOnePiece) {
    TraceSource source{{write_long("a", 3, 65'407)}, false, *pool_};
    auto burst = std::make_unique<Burst>();

    const auto lease = source.receive(*burst);

    ASSERT_EQ(burst->size, 3U);
    EXPECT_EQ(burst->views[2].frame.size(), 65'407U);
    EXPECT_EQ(burst->views[2].captured, 65'407U);
    EXPECT_EQ(source.progress().too_long.load(), 0U);
}

TEST_F(TraceSourceTest, CountsFramesThatABufferCannotHold) {
    TraceSource source{{write_long("a", 2, 65'549)}, false, *pool_};
    auto burst = std::make_unique<Burst>();

    const auto lease = source.receive(*burst);

    ASSERT_EQ(burst->size, 2U);
    EXPECT_EQ(burst->views[1].frame.size(), 65'407U);
    EXPECT_EQ(burst->views[1].captured, 65'549U);
    EXPECT_EQ(source.progress().too_long.load(), 2U);
}

TEST_F(TraceSourceTest, WaitsForBuffersAndLosesNothing) {
    constexpr std::size_t kFrames = 1500;
    for (const std::size_t bytes : {60U, 65'549U}) {
        TraceSource source{
            {write_long("a", kFrames, bytes), write_long("b", kFrames, bytes)}, true, *pool_};
        auto burst = std::make_unique<Burst>();
        std::vector<dpdk::FrameBatch> held;  // as the rings to busy workers would
        std::size_t waits = 0;
        std::size_t seen = 0;
        while (!source.exhausted()) {
            held.push_back(source.receive(*burst));
            seen += burst->size;
            if (burst->size != 0) continue;
            ++waits;
            held.clear();
        }

        EXPECT_GT(waits, 3U) << bytes;
        EXPECT_EQ(seen, 2 * kFrames) << bytes;
        EXPECT_TRUE(source.cut_short().empty()) << bytes;
    }
    EXPECT_EQ(pool_->in_use(), 0U);
}

TEST_F(TraceSourceTest, ReportsATraceThatHasGone) {
    const Trace trace = write("a", 1, {0s});
    std::filesystem::remove(trace.path);
    TraceSource source{{trace}, false, *pool_};

    EXPECT_TRUE(read(source).empty());
    EXPECT_NE(source.error().find("No such file"), std::string::npos);
}

TEST_F(TraceSourceTest, ReturnsFramesWhenItDiesInTheMiddle) {
    {
        TraceSource source{{write("a", 1, std::vector<Duration>(200, 0s))}, false, *pool_};
        auto burst = std::make_unique<Burst>();
        const auto lease = source.receive(*burst);
        EXPECT_GT(pool_->in_use(), 0U);
    }
    EXPECT_EQ(pool_->in_use(), 0U);
}

}  // namespace
}  // namespace sensor::capture
