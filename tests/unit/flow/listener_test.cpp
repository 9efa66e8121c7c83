#include "sensor/flow/listener.h"

#include "tests/unit/flow/tracking.h"

namespace sensor::flow {
namespace {

using namespace test;

/// Tests of what the tracker shows to identify; all sessions were opened with number 100.
class Listening : public TrackerTest {
  protected:
    explicit Listening(const Limits& limits = {.sessions = 100, .first_bytes = 10})
        : TrackerTest{Timeouts{}, limits} {}
    Seen says(std::uint32_t offset, std::string text) const {
        return {.after = 1s, .sequence = 101 + offset, .payload = std::move(text)};
    }
};
class ListeningWithoutBuffers : public Listening {
  protected:
    ListeningWithoutBuffers() : Listening{{.sessions = 100, .first_bytes = 0}} {}
};

TEST_F(Listening, ShowsTheFirstPayloadWhereItLies) {
    open();

    see(says(0, "GET /"));

    EXPECT_EQ(burst_->speech[0].said.data(), burst_->packets[0].payload.data());
}

TEST_F(Listening, ShowsAllThatWasSaidSoFar) {
    open();

    see(says(0, "GET "));
    see(says(4, "/ "));
    EXPECT_EQ(said_[0], "GET / ");
    see(says(6, "HTTP"));
    EXPECT_EQ(said_[0], "GET / HTTP");
}

TEST_F(Listening, ShowsTheSameWithinOneBurst) {
    open();

    see_all({says(0, "GET "), says(4, "/ "), says(6, "HTTP")});

    EXPECT_EQ(said_, (std::vector<std::string>{"GET ", "GET / ", "GET / HTTP"}));
}

TEST_F(Listening, PutsSegmentsInOrder) {
    Session* session = open();

    see(says(4, "/ "));
    EXPECT_EQ(said_[0], "");
    EXPECT_TRUE(session->has(kLossSeen));
    see(says(0, "GET "));

    EXPECT_EQ(said_[0], "GET / ");
    EXPECT_FALSE(session->has(kLossSeen));
}

TEST_F(Listening, ShowsNothingForARetransmission) {
    open();
    see(says(0, "GET "));

    see(says(0, "GET "));

    EXPECT_EQ(said_[0], "");
}

TEST_F(Listening, NotesARetransmissionThatDiffers) {
    Session* session = open();
    see(says(0, "GET "));

    see(says(0, "PUT "));

    EXPECT_TRUE(session->has(kOverlapConflict));
    see(says(4, "/"));
    EXPECT_EQ(said_[0], "GET /");
}

TEST_F(Listening, TakesThePayloadOfASyn) {
    see({.flags = kTcpSyn, .sequence = 100, .payload = "fast"});

    EXPECT_EQ(said_[0], "fast");
    see(says(4, " open"));
    EXPECT_EQ(said_[0], "fast open");
}

TEST_F(Listening, BeginsWithWhateverComesFirstMidstream) {
    see(says(1000, "caught"));
    EXPECT_EQ(said_[0], "caught");

    see(says(1006, " midway"));

    EXPECT_EQ(said_[0], "caught midway");
}

TEST_F(Listening, ShowsWhatTheOtherSideSaidBefore) {
    open();
    see(says(0, "EHLO"));

    see(answer({.after = 1s, .sequence = 901, .payload = "220"}));

    EXPECT_EQ(said_[0], "220");
    EXPECT_EQ(heard_[0], "EHLO");
}

TEST_F(Listening, StopsOnceADirectionHasSpoken) {
    identify_ = [](Session& session) { session.spoken[0] = ProtocolId{1}; };
    open();

    see(says(0, "SSH"));
    see(says(3, "more"));

    EXPECT_EQ(said_[0], "");
}

TEST_F(Listening, StopsOnceADirectionIsExhausted) {
    identify_ = [](Session& session) { session.exhaust(Direction::kToServer); };
    open();

    see(says(0, "abc"));

    EXPECT_EQ(said_[0], "");
}

TEST_F(Listening, ShowsEveryDatagramAlone) {
    const Seen datagram{.transport = Transport::kUdp, .payload = "one"};

    see_all({datagram, datagram});

    EXPECT_EQ(said_, (std::vector<std::string>{"one", "one"}));
}

TEST_F(Listening, GivesBuffersBackWhenSessionsAreDecidedOrEnd) {
    for (std::uint16_t port = 1; port <= 200; ++port) {
        const Endpoint from{kPhone.address, PortNumber{port}};
        see({.source = from, .flags = kTcpSyn, .sequence = 100});
        see({.source = from, .sequence = 101, .payload = "abc"});
        identify_ = [&](Session& session) {
            if (port % 2 == 0) session.set(kIdentified);
        };
        see({.source = from, .sequence = 104, .payload = "def"});
        ASSERT_EQ(said_[0], "abcdef") << port;
        identify_ = {};
        if (port % 2 == 1) {
            tracker_.begin_end(EndReason::kTraceEnd, kBase);
            EXPECT_TRUE(tracker_.end_some(1000));
        }
    }
    EXPECT_EQ(count(FlowCounter::kFirstBytesFull), 0U);
}

TEST_F(ListeningWithoutBuffers, ShowsTheFirstPayloadAloneAndCountsThat) {
    open();

    see(says(0, "GET "));
    EXPECT_EQ(said_[0], "GET ");
    EXPECT_EQ(count(FlowCounter::kFirstBytesFull), 1U);
    see(says(4, "/"));
    EXPECT_EQ(said_[0], "");
}

/// Both sides said something that is not recognised, and have closed.
class ClosedSession : public Listening {
  protected:
    ClosedSession() {
        open();
        see(says(0, "a"));
        session_ = see(
            answer({.after = 1100ms, .flags = kTcpAck | kTcpFin, .sequence = 901, .payload = "b"}));
    }
    [[nodiscard]] Seen fin() const {
        return {.after = 1200ms, .flags = kTcpAck | kTcpFin, .sequence = 102};
    }
    [[nodiscard]] Seen late() const {
        return {.after = 1300ms, .flags = kTcpAck, .sequence = 103, .payload = "late"};
    }
    Session* session_ = nullptr;
};

TEST_F(ClosedSession, GivesItsBufferBack) {
    EXPECT_NE(session_->buffer, 0U);
    see(fin());
    EXPECT_EQ(session_->tcp_state, TcpState::kClosed);
    EXPECT_EQ(session_->buffer, 0U);
}

TEST_F(ClosedSession, IsHeardNoMoreWhetherTheRestComesInOneBurstOrInTwo) {
    see(fin());
    see(late());
    EXPECT_EQ(said_[0], "");
    EXPECT_EQ(session_->buffer, 0U);
}

TEST_F(ClosedSession, IsHeardNoMoreWithinTheBurstThatClosesIt) {
    see_all({fin(), late()});
    EXPECT_EQ(said_[1], "");
    EXPECT_EQ(session_->buffer, 0U);
}

TEST_F(ClosedSession, IsHeardOnWhereSomethingIsMissing) {
    see({.after = 1150ms, .flags = kTcpAck, .sequence = 105, .payload = "after a hole"});
    see(fin());
    EXPECT_NE(session_->buffer, 0U);
    see({.after = 1300ms, .flags = kTcpAck, .sequence = 102, .payload = "gap"});
    EXPECT_EQ(said_[0], "agapafter a hole");
}

TEST_F(Listening, CountsSegmentsBehindTooManyHoles) {
    open();

    for (std::uint32_t piece = 1; piece <= StreamStart::kMaxIslands + 1; ++piece)
        see(says(10 * piece, "x"));

    EXPECT_EQ(count(FlowCounter::kTooManyHoles), 1U);
}

TEST_F(Listening, EndsARoundBeforeASecondPayloadOfASession) {
    open();
    const auto fill_only = [&] {
        see_all({says(0, "a"), says(1, "b")});
        burst_->round_begin = burst_->round_end = 0;
    };
    identify_ = {};
    fill_only();
    // The same burst for another session, looked at round by round.
    for (auto* packet : {&burst_->packets[0], &burst_->packets[1]}) {
        packet->scope = 9;
        packet->flow_hash =
            symmetric_hash(packet->source, packet->destination, packet->transport, 9);
    }

    tracker_.run(*burst_);

    EXPECT_EQ(burst_->round_begin, 0U);
    EXPECT_EQ(burst_->round_end, 1U);
    tracker_.settle(*burst_);
    tracker_.run(*burst_);
    EXPECT_EQ(burst_->round_begin, 1U);
    EXPECT_EQ(burst_->round_end, 2U);
    tracker_.settle(*burst_);
}

/// UDP: what identify recognised but wants to go on with.
class ListeningToDatagrams : public Listening {
  protected:
    /// Whether the datagrams that follow are recognised, and unfinished.
    void recognise(bool unfinished) {
        identify_ = [this, unfinished](Session& session) {
            session.spoken[0] = ProtocolId{1};
            burst_->speech[0].unfinished = unfinished;
        };
    }
    [[nodiscard]] std::string before() const {
        return std::string{bytes::text_of(burst_->speech[0].before)};
    }
    static Seen datagram(std::string text) {
        return {.after = 1s, .transport = Transport::kUdp, .payload = std::move(text)};
    }
    Session* hear(std::string text) { return see(datagram(std::move(text))); }
};

TEST_F(ListeningToDatagrams, KeepsWhatGoesOnAndShowsItBeforeTheNext) {
    recognise(true);
    Session* session = hear("first");
    EXPECT_NE(session->buffer, 0U);
    identify_ = {};

    hear("second");

    EXPECT_EQ(said_[0], "second");
    EXPECT_EQ(session->buffer, 0U) << "finished: nothing is kept any longer";
    hear("third");
    EXPECT_EQ(said_[0], "") << "recognised, and nothing more is asked for";
}

TEST_F(ListeningToDatagrams, ShowsThemEachBehindItsLength) {
    using namespace std::string_literals;
    std::string shown;
    identify_ = [&](Session& session) {
        session.spoken[0] = ProtocolId{1};
        burst_->speech[0].unfinished = true;
        shown = before();
    };
    hear("first");
    EXPECT_EQ(shown, "");
    hear("second");
    EXPECT_EQ(shown, "\0\5first"s);
    hear("third");
    EXPECT_EQ(shown, "\0\5first\0\6second"s);
}

TEST_F(ListeningToDatagrams, LetsGoOfWhatOutgrowsTheWindow) {
    recognise(true);
    Session* session = hear(std::string(3000, 'a'));
    EXPECT_NE(session->buffer, 0U);

    hear(std::string(1100, 'b'));

    EXPECT_EQ(session->buffer, 0U);
    hear("c");
    EXPECT_EQ(said_[0], "");
}

TEST_F(ListeningToDatagrams, KeepsNothingOfASessionThatIsDecided) {
    identify_ = [this](Session& session) {
        session.set(kIdentified);
        burst_->speech[0].unfinished = true;
    };

    EXPECT_EQ(hear("first")->buffer, 0U);
}

TEST_F(ListeningToDatagrams, KeepsEachDirectionForItself) {
    recognise(true);
    hear("first");

    see(answer(datagram("answer")));

    EXPECT_EQ(said_[0], "answer");
    EXPECT_EQ(before(), "");
}

}  // namespace
}  // namespace sensor::flow
