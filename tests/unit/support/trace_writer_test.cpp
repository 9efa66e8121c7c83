#include "tests/support/traffic/trace_writer.h"

#include <gtest/gtest.h>

#include "tests/support/hex.h"

namespace traffic {
namespace {

using test::operator""_hex;

Bytes bytes_of(bytes::View view) {
    return {view.begin(), view.end()};
}

Trace one_packet() {
    Trace trace;
    trace.add({sensor::timestamp_of(1'000'002'003), {0xaa, 0xbb, 0xcc}, 60});
    return trace;
}

TEST(TraceWriter, WritesPcapToTheMicrosecond) {
    constexpr auto kFile =
        "d4c3b2a1 0200 0400 00000000 00000000 00000400 01000000"
        "01000000 02000000 03000000 3c000000 aabbcc"_hex;

    EXPECT_EQ(one_packet().file(), bytes_of(kFile));
}

TEST(TraceWriter, WritesPcapToTheNanosecondWithAnyLinkType) {
    constexpr auto kFile =
        "4d3cb2a1 0200 0400 00000000 00000000 00000400 14010000"
        "01000000 d3070000 03000000 3c000000 aabbcc"_hex;

    EXPECT_EQ(one_packet().file(
                  {.resolution = Resolution::kNanoseconds, .link = LinkNumber::kLinuxCooked2}),
              bytes_of(kFile));
}

TEST(TraceWriter, WritesPcapngBlocksPaddedToFourBytes) {
    constexpr auto kFile =
        "0a0d0d0a 1c000000 4d3c2b1a 0100 0000 ffffffffffffffff 1c000000"
        "01000000 20000000 6500 0000 00000400 0900 0100 09000000 00000000 20000000"
        "06000000 24000000 00000000 00000000 d3d19a3b 03000000 3c000000 aabbcc00 24000000"_hex;

    EXPECT_EQ(one_packet().file({.container = Container::kPcapng,
                                 .resolution = Resolution::kNanoseconds,
                                 .link = LinkNumber::kRaw}),
              bytes_of(kFile));
}

TEST(TraceWriter, SortsByTimeAndKeepsTheOrderOfEqualTimes) {
    Trace trace;
    trace.add({sensor::timestamp_of(20), {1}, 0});
    trace.add({sensor::timestamp_of(10), {2}, 0});
    trace.add({sensor::timestamp_of(10), {3}, 0});

    const auto sorted = trace.sorted();

    ASSERT_EQ(sorted.size(), 3U);
    EXPECT_EQ(sorted[0].frame, Bytes{2});
    EXPECT_EQ(sorted[1].frame, Bytes{3});
    EXPECT_EQ(sorted[2].frame, Bytes{1});
}

TEST(TraceWriter, SaysWhichFileItCannotWrite) {
    const auto status = write_file("/nonexistent/demo.pcap", Bytes{1});

    ASSERT_FALSE(status);
    EXPECT_NE(status.error().message.find("/nonexistent/demo.pcap"), std::string::npos);
}

}  // namespace
}  // namespace traffic
