#include "sensor/evidence/book.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "tests/support/temporary_directory.h"
#include "tests/unit/evidence/packets.h"

namespace sensor::evidence {
namespace {

const std::string kOne = "0000000000000001";
const std::string kTwo = "0000000000000002";

class BookTest : public testing::Test {
  protected:
    void SetUp() override { options_.directory = directory_.path("e"); }

    std::unique_ptr<Book> open() {
        auto book = Book::open(options_, {}, {&channel_});
        EXPECT_TRUE(book) << book.error().message;
        return std::move(*book);
    }
    /// `packets` of a session are there at this time, from number `first` on.
    void send_session(Book& book, std::uint64_t flow_id, std::int64_t time, int packets,
                      int first = 1) {
        for (int i = 0; i < packets; ++i)
            send(channel_, packet_of(flow_id, static_cast<std::uint8_t>(first + i), time));
        book.gather();
        book.advance({.epoch = 0, .time_ns = time, .packet = 1, .flow_id = ~0ULL});
    }
    static Finding finding(const std::string& id, std::uint64_t flow_id,
                           FindingStatus status = FindingStatus::kOpen) {
        Finding finding;
        finding.id = id;
        finding.status = status;
        finding.session.flow_id = flow_id;
        return finding;
    }
    [[nodiscard]] std::string path_of(const std::string& id) const {
        return options_.directory + "/" + id + ".pcapng";
    }
    /// Packets in the finding's file once all is written.
    [[nodiscard]] std::size_t packets_in(const std::string& id) const {
        std::ifstream file{path_of(id), std::ios::binary};
        const std::string content{std::istreambuf_iterator<char>{file}, {}};
        std::size_t count = 0;
        for (std::size_t at = content.find("offport finding"); at != std::string::npos;
             at = content.find("offport finding", at + 1)) {
            ++count;
        }
        return count;
    }

    test::TemporaryDirectory directory_;
    Channel channel_{std::size_t{1} << 20U, WhenFull::kDrop};
    Options options_;
};

TEST_F(BookTest, AFindingsSessionGoesIntoItsFile) {
    const auto book = open();
    send_session(*book, 7, 10, 3);
    const KeptEvidence kept = book->note(finding(kOne, 7));
    ASSERT_TRUE(book->close());

    EXPECT_EQ(kept.state, EvidenceState::kWritten);
    EXPECT_EQ(kept.file, path_of(kOne));
    EXPECT_EQ(kept.packets, 3U);
    EXPECT_EQ(kept.missing, 0U);
    EXPECT_EQ(packets_in(kOne), 3U);
}

TEST_F(BookTest, LaterPacketsOfTheSessionFollowWithoutAnotherRevision) {
    const auto book = open();
    send_session(*book, 7, 10, 3);
    EXPECT_EQ(book->note(finding(kOne, 7)).packets, 3U);
    send_session(*book, 7, 20, 2, 4);
    EXPECT_EQ(book->note(finding(kOne, 7)).packets, 5U);
    ASSERT_TRUE(book->close());

    EXPECT_EQ(packets_in(kOne), 5U) << "and none of them twice";
}

TEST_F(BookTest, PacketsThatWereOverwrittenAreMissed) {
    const auto book = open();
    send_session(*book, 7, 10, 3, 4);
    const KeptEvidence kept = book->note(finding(kOne, 7));

    EXPECT_EQ(kept.state, EvidenceState::kWritten);
    EXPECT_EQ(kept.packets, 3U);
    EXPECT_EQ(kept.missing, 3U);
}

TEST_F(BookTest, ASessionThatIsGoneIsSaidToBeOverwritten) {
    const auto book = open();
    const KeptEvidence kept = book->note(finding(kOne, 7));
    ASSERT_TRUE(book->close());

    EXPECT_EQ(kept.state, EvidenceState::kOverwritten);
    EXPECT_EQ(kept.file, "");
    EXPECT_FALSE(std::filesystem::exists(path_of(kOne)));
}

TEST_F(BookTest, AFileTakesSoManySessionsAndThenIsFull) {
    options_.sessions = 2;
    const auto book = open();
    std::vector<EvidenceState> states;
    for (std::uint64_t session = 1; session <= 3; ++session) {
        send_session(*book, session, static_cast<std::int64_t>(session), 1);
        const KeptEvidence kept = book->note(finding(kOne, session));
        EXPECT_EQ(kept.file, path_of(kOne));
        states.push_back(kept.state);
    }
    ASSERT_TRUE(book->close());

    using enum EvidenceState;
    EXPECT_EQ(states, (std::vector<EvidenceState>{kWritten, kWritten, kFull}));
    EXPECT_EQ(packets_in(kOne), 2U);
}

TEST_F(BookTest, ASessionMayBeEvidenceOfTwoFindings) {
    const auto book = open();
    send_session(*book, 7, 10, 1);
    EXPECT_EQ(book->note(finding(kOne, 7)).state, EvidenceState::kWritten);
    EXPECT_EQ(book->note(finding(kTwo, 7)).state, EvidenceState::kWritten);
    send_session(*book, 7, 20, 1, 2);
    ASSERT_TRUE(book->close());

    EXPECT_EQ(packets_in(kOne), 2U);
    EXPECT_EQ(packets_in(kTwo), 2U);
}

TEST_F(BookTest, NothingIsAddedOnceTheFindingHasEnded) {
    const auto book = open();
    send_session(*book, 7, 10, 1);
    EXPECT_EQ(book->note(finding(kOne, 7)).state, EvidenceState::kWritten);
    const KeptEvidence last = book->note(finding(kOne, 7, FindingStatus::kWithdrawn));
    send_session(*book, 7, 20, 1, 2);
    ASSERT_TRUE(book->close());

    EXPECT_EQ(last.state, EvidenceState::kWritten);
    EXPECT_EQ(last.file, path_of(kOne));
    EXPECT_EQ(packets_in(kOne), 1U);
}

TEST_F(BookTest, AFindingThatClosesAfterARestartStillHasItsFile) {
    {
        const auto before = open();
        send_session(*before, 7, 10, 1);
        EXPECT_EQ(before->note(finding(kOne, 7)).state, EvidenceState::kWritten);
    }
    const auto book = open();
    const KeptEvidence last = book->note(finding(kOne, 7, FindingStatus::kClosed));

    EXPECT_EQ(last.state, EvidenceState::kWritten);
    EXPECT_EQ(last.file, path_of(kOne));
}

TEST_F(BookTest, AnotherClockAsksForOtherSessions) {
    const auto book = open();
    send_session(*book, 7, 10, 1);
    book->begin_epoch();
    EXPECT_EQ(book->note(finding(kOne, 7)).state, EvidenceState::kOverwritten);
}

}  // namespace
}  // namespace sensor::evidence
