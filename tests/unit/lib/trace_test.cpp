#include <fstream>

#include <gtest/gtest.h>

#include "lib/trace/trace_file.h"
#include "lib/trace/trace_reader.h"
#include "tests/support/hex.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/traffic/trace_writer.h"

namespace trace {
namespace {

using namespace test;
using namespace std::chrono_literals;
using traffic::Container;
using traffic::LinkNumber;
using traffic::Resolution;

constexpr sensor::Timestamp kStart{1789974131123456789ns};
constexpr std::size_t kPcapHeader = 24;  // bytes
constexpr std::size_t kPcapRecord = 16;  // bytes before a packet's own

traffic::Bytes capture(const traffic::Format& format, std::size_t packets) {
    traffic::Trace trace;
    for (std::size_t i = 0; i < packets; ++i)
        trace.add({.time = kStart + i * 1s, .frame = traffic::Bytes(60, 0xab)});
    return trace.file(format);
}

std::string content_of(const std::string& path) {
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

class TraceFile : public testing::Test {
  protected:
    [[nodiscard]] std::string problem_of(const std::string& path) const {
        const auto info = inspect(path);
        EXPECT_FALSE(info.has_value());
        return info ? std::string{} : info.error().message;
    }
    TemporaryDirectory directory_;
};

TEST_F(TraceFile, TellsLinkTypeSizeAndFirstTime) {
    for (const Container container : {Container::kPcap, Container::kPcapng}) {
        const auto bytes =
            capture({.container = container, .resolution = Resolution::kNanoseconds}, 3);
        const auto info = inspect(directory_.write("t", bytes));

        ASSERT_TRUE(info.has_value()) << info.error().message;
        EXPECT_EQ(info->link_type, 1);
        EXPECT_EQ(info->link_name, "EN10MB");
        EXPECT_EQ(info->file_bytes, bytes.size());
        EXPECT_EQ(info->first_time_ns, kStart.time_since_epoch().count());
    }
}

TEST_F(TraceFile, ReadsTimesOfMicroseconds) {
    const auto info = inspect(directory_.write("t", capture({}, 1)));

    ASSERT_TRUE(info.has_value());
    EXPECT_EQ(info->first_time_ns, 1789974131123456000);
}

TEST_F(TraceFile, NamesOtherLinkTypes) {
    const auto wifi = static_cast<LinkNumber>(105);
    const auto unnamed = static_cast<LinkNumber>(65000);

    EXPECT_EQ(inspect(directory_.write("a", capture({.link = wifi}, 1)))->link_name, "IEEE802_11");
    const auto info = inspect(directory_.write("b", capture({.link = unnamed}, 1)));
    ASSERT_TRUE(info.has_value()) << info.error().message;
    EXPECT_EQ(info->link_name, std::to_string(info->link_type));
}

TEST_F(TraceFile, SaysWhyThereIsNothingToRead) {
    EXPECT_EQ(problem_of(directory_.path("none")),
              directory_.path("none") + ": No such file or directory");
    EXPECT_EQ(problem_of(directory_.path()), directory_.path() + ": not a regular file");
    EXPECT_EQ(problem_of(directory_.write("t", "")), directory_.path("t") + ": the file is empty");
    EXPECT_EQ(problem_of(directory_.write("t", capture({}, 0))),
              directory_.path("t") + ": the capture holds no packets");
    EXPECT_EQ(problem_of(directory_.write("t", capture({.container = Container::kPcapng}, 0))),
              directory_.path("t") + ": the capture holds no packets");
}

TEST_F(TraceFile, SaysWhatElseTheFileIs) {
    const auto gzip = "1f8b0800000000000003"_hex;
    const auto zstd = "28b52ffd0458"_hex;

    EXPECT_EQ(problem_of(directory_.write("t", gzip)),
              directory_.path("t") +
                  ": not a capture file (pcap or pcapng); it is gzip-compressed: run gunzip first");
    EXPECT_EQ(problem_of(directory_.write("t", zstd)),
              directory_.path("t") +
                  ": not a capture file (pcap or pcapng); it is zstd-compressed: run unzstd first");
    EXPECT_EQ(problem_of(directory_.write("t", "just some text, no capture at all")),
              directory_.path("t") + ": not a capture file (pcap or pcapng)");
}

TEST_F(TraceFile, NeedsOneWholePacket) {
    const auto whole = capture({}, 1);
    for (std::size_t length = 1; length < whole.size(); ++length) {
        const auto path = directory_.write("t", bytes::View{whole}.first(length));
        const std::string problem = problem_of(path);

        EXPECT_TRUE(problem.starts_with(path + ": ")) << problem;
        EXPECT_EQ(problem.find('\n'), std::string::npos);
        const std::string_view expected = length < kPcapHeader    ? "captur"
                                          : length == kPcapHeader ? "the capture holds no packets"
                                                                  : "no whole packet";
        EXPECT_NE(problem.find(expected), std::string::npos) << problem;
    }
}

/// Sections in both byte orders, with interfaces whose snap lengths are 64 and 96.
constexpr auto kTwoSections =
    "0a0d0d0a 0000001c 1a2b3c4d 0001 0000 ffffffffffffffff 0000001c"
    "00000001 00000014 0001 0000 00000040 00000014"
    "00000006 00000024 00000000 00000000 00000000 00000004 00000004 deadbeef 00000024"
    "0a0d0d0a 1c000000 4d3c2b1a 0100 0000 ffffffffffffffff 1c000000"
    "01000000 14000000 0100 0000 60000000 14000000"_hex;

/// Up to every cut: what is there of a snap length is raised only where all of it is.
TEST_F(TraceFile, IsCopiedWithOneSnapLengthForAllInterfaces) {
    constexpr std::size_t kFirst = 28 + 12;
    constexpr std::size_t kSecond = 28 + 20 + 36 + 28 + 12;
    for (std::size_t length = 0; length <= kTwoSections.size(); ++length) {
        auto expected = kTwoSections;
        if (length >= kFirst + 4) {  // 262144, big-endian
            expected[kFirst + 1] = 0x04;
            expected[kFirst + 3] = 0;
        }
        if (length >= kSecond + 4) {  // little-endian
            expected[kSecond] = 0;
            expected[kSecond + 2] = 0x04;
        }
        const auto path = directory_.write("t", bytes::View{kTwoSections}.first(length));
        const auto copy = LevelCopy::make(path);
        ASSERT_TRUE(copy.has_value()) << copy.error().message;
        EXPECT_EQ(content_of(copy->path()), bytes::text_of(bytes::View{expected}.first(length)))
            << length;
        EXPECT_EQ(content_of(path).size(), length) << "the file itself stays as it is";
    }
}

TEST_F(TraceFile, SaysWhereReadingItStopped) {
    const auto whole = capture({}, 3);
    const auto cut = bytes::View{whole}.first(kPcapHeader + 2 * (kPcapRecord + 60) + 20);

    const auto read = [&](const std::string& path) {
        auto reader = Reader::open(path);
        EXPECT_TRUE(reader);
        int frames = 0;
        while (reader->advance())
            ++frames;
        return std::pair{frames, reader->problem()};
    };

    EXPECT_EQ(read(directory_.write("whole", whole)), (std::pair{3, std::string{}}));
    const auto [frames, problem] = read(directory_.write("cut", cut));
    EXPECT_EQ(frames, 2);
    EXPECT_NE(problem.find("truncated"), std::string::npos) << problem;
    EXPECT_FALSE(Reader::open(directory_.path("none")));
}

}  // namespace
}  // namespace trace
