#include "sensor/identify/protocols/git.h"

#include <string>

#include <gtest/gtest.h>

#include "tests/unit/identify/dialogue.h"

namespace sensor::identify {
namespace {

using namespace test;
using namespace std::literals;

Match client(std::string_view said) {
    return ask(git::validate, stream(bytes::view_of(said))).match;
}
Match server(std::string_view said) {
    return ask(git::validate, stream_back(bytes::view_of(said))).match;
}
/// `text` behind its length.
std::string line(std::string_view text) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    const std::size_t length = text.size() + 4;
    return std::string{'0', '0', kDigits[length / 16 % 16], kDigits[length % 16]} +
           std::string{text};
}

TEST(Git, NamesRequests) {
    for (const auto text :
         {"git-upload-pack /a.git\0host=127.0.0.1\0"sv, "git-receive-pack /a\0host=h\0"sv,
          "git-upload-archive /a\0"sv, "git-upload-pack /a"sv, "git-upload-pack /a\n"sv,
          "git-upload-pack /a.git\0host=h:9418\0\0version=2\0"sv}) {
        const std::string said = line(text);
        EXPECT_EQ(recognised_as(stream(bytes::view_of(said))), "git") << said;
        for (std::size_t size = 0; size < said.size(); ++size)
            EXPECT_EQ(client(said.substr(0, size)), Match::kNeedMore) << size;
    }
}

TEST(Git, NamesAnswers) {
    for (const auto text :
         {"a94a8fe5ccb19ba61c4c0873d391e987982fbbd3 HEAD\0multi_ack\n"sv,
          "0000000000000000000000000000000000000000 capabilities^{}\0report-status\n"sv,
          "a94a8fe5ccb19ba61c4c0873d391e987982fbbd3a94a8fe5ccb19ba61c4c0873 refs/heads/x\0 a\n"sv,
          "version 2\n"sv, "version 1\n"sv, "ERR access denied\n"sv}) {
        const std::string said = line(text);
        EXPECT_EQ(recognised_as(stream_back(bytes::view_of(said))), "git") << said;
        EXPECT_EQ(recognised_as(stream_back(bytes::view_of(said + "0000"))), "git") << said;
        for (std::size_t size = 0; size < said.size(); ++size)
            EXPECT_EQ(server(said.substr(0, size)), Match::kNeedMore) << size;
    }
}

TEST(Git, ConfirmsBothSides) {
    const std::string asked = line("git-upload-pack /a\0host=h\0"sv);
    const std::string told = line("version 2\n");
    Dialogue dialogue{Transport::kTcp};
    dialogue.client(bytes::view_of(asked)).server(bytes::view_of(told));
    EXPECT_EQ(dialogue.protocol(), "git");
    EXPECT_EQ(dialogue.confirmed(), Confirmed::kBoth);
}

TEST(Git, RefusesNearMisses) {
    for (const std::string& said :
         {line("git-upload-pick /a\0host=h\0"sv), line("git-upload-pack \0host=h\0"sv),
          line("git-upload-pack /a\0host=h"sv), line("git-upload-pack /\x01\0host=h\0"sv),
          line("git-upload-pack /a\0host=h\0"sv) + "more", "0004git-upload-pack /a"s,
          "fffffgit-upload-pack /a"s, "00xxgit-upload-pack /a"s}) {
        EXPECT_EQ(client(said), Match::kNo) << said;
    }
    for (
        const std::string& said :
        {line(
             "a94a8fe5ccb19ba61c4c0873d391e987982fbbd HEAD\0multi_ack thin-pack side-band ofs\n"sv),
         line("a94a8fe5ccb19ba61c4c0873d391e987982fbbd3 head\0multi_ack thin-pack side-band\n"sv),
         line("A94a8fe5ccb19ba61c4c0873d391e987982fbbd3 HEAD\0multi_ack thin-pack side-band\n"sv),
         line("a94a8fe5ccb19ba61c4c0873d391e987982fbbd3-HEAD\0multi_ack thin-pack side-band\n"sv),
         line("version 3\n"sv), line("ERR \x01\n"sv), line("WRN access denied\n"sv)}) {
        EXPECT_EQ(server(said), Match::kNo) << said;
    }
}

}  // namespace
}  // namespace sensor::identify
