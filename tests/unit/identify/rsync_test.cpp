#include "sensor/identify/protocols/rsync.h"

#include <gtest/gtest.h>

#include "tests/unit/identify/dialogue.h"

namespace sensor::identify {
namespace {

using namespace test;

Match says(std::string_view said) {
    return ask(rsync::validate, stream(bytes::view_of(said))).match;
}

TEST(Rsync, NamesGreetings) {
    for (const std::string_view said :
         {"@RSYNCD: 26\n", "@RSYNCD: 31.0\n", "@RSYNCD: 31.0 sha512 sha256 sha1 md5 md4\n",
          "@RSYNCD: 30.0\nWelcome\n", "@RSYNCD: 31.0\nmodule\n", "@RSYNCD: 29\r\n"}) {
        EXPECT_EQ(recognised_as(stream(bytes::view_of(said))), "rsync") << said;
        EXPECT_EQ(recognised_as(stream_back(bytes::view_of(said))), "rsync") << said;
    }
}

TEST(Rsync, NamesADaemonsAnswers) {
    for (const std::string_view said :
         {"@RSYNCD: OK\n", "@RSYNCD: EXIT\n", "@RSYNCD: AUTHREQD Zm9vYmFy\n"}) {
        EXPECT_EQ(recognised_as(stream_back(bytes::view_of(said))), "rsync") << said;
        EXPECT_EQ(recognised_as(stream(bytes::view_of(said))), "unknown") << said;
    }
}

TEST(Rsync, WaitsForTheLine) {
    const std::string_view said = "@RSYNCD: 31.0 md5\n";
    for (std::size_t size = 0; size < said.size(); ++size)
        EXPECT_EQ(says(said.substr(0, size)), Match::kNeedMore) << size;
}

TEST(Rsync, RefusesNearMisses) {
    for (const std::string_view said :
         {"@RSYNCD: \n", "@RSYNCD: x\n", "@RSYNCD: 3100\n", "@RSYNCD: 31.\n", "@RSYNCD: 31.x\n",
          "@RSYNCD: 31.0 \x01\n", "@RSYNCD:31.0\n", "@rsyncd: 31.0\n", "@RSYNCD: MAYBE\n",
          "@RSYNCD: AUTHREQD \n", "@RSYNCX", "@ERROR: no\n"}) {
        EXPECT_EQ(says(said), Match::kNo) << said;
    }
}

TEST(Rsync, ConfirmsBothSides) {
    Dialogue dialogue{Transport::kTcp};
    dialogue.server(bytes::view_of("@RSYNCD: 31.0\n")).client(bytes::view_of("@RSYNCD: 31.0\nx\n"));
    EXPECT_EQ(dialogue.protocol(), "rsync");
    EXPECT_EQ(dialogue.confirmed(), Confirmed::kBoth);
}

}  // namespace
}  // namespace sensor::identify
