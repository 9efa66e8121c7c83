#include "sensor/attribute/feeds/syslog_message.h"

#include <chrono>
#include <ctime>
#include <vector>

#include <gtest/gtest.h>

#include "sensor/attribute/rfc3339.h"

namespace sensor::attribute::feeds {
namespace {

std::string error_of(std::string_view message) {
    const auto read = parse_syslog(message);
    return read ? "no error" : read.error().message;
}

TEST(Syslog, ReadsWhatCounts) {
    const auto read = parse_syslog(
        R"(<165>1 2026-09-20T07:02:12.003Z gw.example.org tunnel 8710 ID47 [x@32473 a="b \"]\\"][y] )"
        "\xef\xbb\xbf{\"a\":1}");

    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->time, parse_rfc3339("2026-09-20T07:02:12.003Z"));
    EXPECT_EQ(read->app_name, "tunnel");
    EXPECT_EQ(read->text, "{\"a\":1}");
}

TEST(Syslog, ReadsWhatIsNotThere) {
    const auto bare = parse_syslog("<0>1 - - - - - -");
    ASSERT_TRUE(bare);
    EXPECT_FALSE(bare->time);
    EXPECT_EQ(bare->app_name, "");
    EXPECT_EQ(bare->text, "");
    EXPECT_EQ(parse_syslog("<191>1 - - a - - - x")->text, "x");
    EXPECT_EQ(parse_syslog("<1>1 - - a - - -  x")->text, " x");
}

TEST(Syslog, RefusesOtherMessages) {
    EXPECT_EQ(error_of("<34>Oct 11 22:14:15 mymachine su: x"),
              "expected '>1 ', as RFC 5424 has it");
    for (const auto& [message, expected] :
         {std::pair{"", "'<' and a priority"},
          {"{}", "'<' and a priority"},
          {"<192>1 - - - - - -", "a priority from 0 to 191"},
          {"<>1 - - - - - -", "a priority from 0 to 191"},
          {"<1>2 - - - - - -", "'>1 '"},
          {"<1>1 - - a - - x", "structured data, or -"},
          {"<1>1 - - a - - [x a=\"]", "the end of the structured data"},
          {"<1>1 - - a - - [x a=\"\\\"]", "the end of the structured data"},
          {"<1>1 - - a - - -x", "a blank before the text"},
          {"<1>1 - - a - - [x]y", "a blank before the text"},
          {"<1>1 -  a - - -", "a host name, or -"}})
        EXPECT_EQ(error_of(message), std::string{"expected "} + expected + ", as RFC 5424 has it");
    EXPECT_EQ(error_of("<1>1 today - a - - -"),
              "expected a time such as 2026-09-20T07:02:10.900Z, or -");
}

TEST(Syslog, RefusesAHeaderThatIsCut) {
    const std::string whole = "<165>1 2026-09-20T07:02:12Z gw tunnel 1 2 [x a=\"b\"] {}";
    const std::size_t header = whole.find(']') + 1;
    for (std::size_t length = 0; length < whole.size(); ++length) {
        const std::vector<char> cut(whole.begin(),
                                    whole.begin() + static_cast<std::ptrdiff_t>(length));
        EXPECT_EQ(parse_syslog({cut.data(), cut.size()}).has_value(), length >= header) << length;
    }
}

std::vector<std::string> messages_in(SyslogFrames& frames) {
    std::vector<std::string> all;
    while (const auto message = frames.next())
        all.emplace_back(*message);
    return all;
}

TEST(SyslogFrames, PartsAStreamHoweverItComes) {
    const std::string stream = "5 <1>1 <2>line\r\n\n3 a\nb<3>\n10 0123456789";
    const std::vector<std::string> messages{"<1>1 ", "<2>line", "a\nb", "<3>", "0123456789"};
    for (std::size_t piece = 1; piece <= stream.size(); ++piece) {
        SyslogFrames frames{100};
        std::vector<std::string> found;
        for (std::size_t at = 0; at < stream.size(); at += piece) {
            frames.add(std::string_view{stream}.substr(at, piece));
            for (std::string& message : messages_in(frames))
                found.push_back(std::move(message));
        }
        EXPECT_EQ(found, messages) << piece;
        EXPECT_EQ(frames.error(), "");
    }
}

TEST(SyslogFrames, CountsOnlyWhereItIsToldTo) {
    SyslogFrames counted{100, SyslogFraming::kCounted};
    counted.add("5 <1>1 3 a\nb");
    EXPECT_EQ(messages_in(counted), (std::vector<std::string>{"<1>1 ", "a\nb"}));
    EXPECT_FALSE(counted.holds_part());
    counted.add("5 <1>");
    EXPECT_TRUE(messages_in(counted).empty());
    EXPECT_TRUE(counted.holds_part());
    for (const std::string_view line : {"<1>1 a\n", "\n5 <1>1 "}) {
        SyslogFrames frames{100, SyslogFraming::kCounted};
        frames.add(line);
        EXPECT_TRUE(messages_in(frames).empty());
        EXPECT_EQ(frames.error(), "expected a length");
    }
}

TEST(SyslogFrames, ALongLineInManyPiecesIsNoMoreWorkEach) {
    constexpr std::size_t kLine = 8U << 20U;
    constexpr std::size_t kPiece = 32;
    SyslogFrames frames{kLine};
    const std::clock_t begun = std::clock();
    frames.add("<");
    const std::string piece(kPiece, 'x');
    for (std::size_t size = 1; size + kPiece < kLine; size += kPiece) {
        frames.add(piece);
        ASSERT_FALSE(frames.next());
    }
    frames.add("\n");
    EXPECT_TRUE(frames.next());
    EXPECT_LT(std::clock() - begun, 10 * CLOCKS_PER_SEC);
}

TEST(SyslogFrames, EndsWithAStreamThatIsNone) {
    for (const auto& [stream, error] :
         {std::pair<std::string, std::string>{"GET / HTTP/1.1\n", "expected a length, or '<'"},
          {"0 x", "expected a length, or '<'"},
          {"12x", "expected a blank behind the length"},
          {"101 ", "a message is too long"},
          {"99999999999999999999999 ", "a message is too long"},
          {"<" + std::string(101, 'x'), "a message is too long"},
          {"<" + std::string(101, 'x') + "\n", "a message is too long"}}) {
        SyslogFrames frames{100};
        frames.add(stream);
        EXPECT_TRUE(messages_in(frames).empty()) << stream;
        EXPECT_EQ(frames.error(), error) << stream;
        frames.add("<1>\n");
        EXPECT_TRUE(messages_in(frames).empty()) << stream;
    }
}

}  // namespace
}  // namespace sensor::attribute::feeds
