#include "sensor/control/review/recording.h"

#include <array>

#include <gtest/gtest.h>

#include "sensor/report/eve.h"
#include "tests/support/temporary_directory.h"

namespace sensor::control {
namespace {

using std::chrono::seconds;

Configuration shipped() {
    yaml::Problems problems;
    return *load_configuration(std::nullopt, Timestamp{}, problems);
}

std::string record_of(std::uint64_t number, seconds start, seconds last, std::uint16_t port) {
    Observation session;
    session.flow_id = number + 1;
    session.protocol = session.protocol_to_server = session.protocol_to_client = "tls";
    session.transport = Transport::kTcp;
    session.confirmed = Confirmed::kBoth;
    session.client = {*parse_address("10.0.0.1"), PortNumber{40000}};
    session.server = {*parse_address("198.51.100.1"), PortNumber{port}};
    session.attribution.device = "A";
    session.attribution.app = "com.a";
    session.start = Timestamp{seconds{1'700'000'000} + start};
    session.last = Timestamp{seconds{1'700'000'000} + last};
    session.ended = true;
    json::Writer out;
    report::write_flow(out, session, {});
    return std::string{out.view()} + "\n";
}

class RecordingTest : public testing::Test {
  protected:
    std::string write(std::string_view text) { return directory_.write("eve.json", text); }

  private:
    test::TemporaryDirectory directory_;
};

TEST_F(RecordingTest, JudgesMoreOpenSessionsThanItKeeps) {
    // Each begins before any other ends, so that the records are wanted in one order and then in
    // the opposite one, across more blocks than are kept.
    constexpr std::uint64_t kSessions = Recording::kKept + 8192;
    std::string text;
    for (std::uint64_t number = 0; number < kSessions; ++number) {
        const seconds at{static_cast<std::int64_t>(number)};
        text += record_of(number, at, seconds{2 * kSessions} - at, 4444);
    }
    ASSERT_GT(text.size(), EveFiles::kBlock * EveFiles::kBlocks);
    const Configuration configuration = shipped();
    const std::array asked{&configuration, &configuration};

    auto recording = Recording::read({write(text)}, asked);
    ASSERT_TRUE(recording) << recording.error().message;
    const auto judged = recording->judge(asked);

    ASSERT_TRUE(judged) << judged.error().message;
    EXPECT_EQ(recording->flows(), kSessions);
    ASSERT_EQ(judged->size(), 2U);
    for (const Rejudged& each : *judged) {
        ASSERT_EQ(each.findings.size(), 1U);
        EXPECT_EQ(each.findings.begin()->second.recurrence.sessions, kSessions);
    }
}

TEST_F(RecordingTest, ShowsEverySessionAndKeepsThoseThatAreNotPlain) {
    const Configuration configuration = shipped();
    const std::array asked{&configuration};
    std::vector<std::uint64_t> shown;

    auto recording = Recording::read(
        {write(record_of(0, seconds{1}, seconds{2}, 443) +
               record_of(1, seconds{1}, seconds{2}, 4444))},
        asked, [&](const Observation& session) { shown.push_back(session.flow_id); });
    ASSERT_TRUE(recording) << recording.error().message;
    const auto judged = recording->judge(asked);

    ASSERT_TRUE(judged) << judged.error().message;
    EXPECT_EQ(shown, (std::vector<std::uint64_t>{1, 2}));
    EXPECT_EQ(judged->front().findings.size(), 1U);
}

TEST_F(RecordingTest, TellsThatAFileChangedMeanwhile) {
    const Configuration configuration = shipped();
    const std::array asked{&configuration};
    const std::string text = record_of(1, seconds{1}, seconds{2}, 4444);
    const std::string path = write(text);
    for (const std::string& changed : {std::string{"{}"}, std::string(text.size(), ' ')}) {
        write(text);
        auto recording = Recording::read({path}, asked);
        ASSERT_TRUE(recording) << recording.error().message;
        write(changed);

        const auto judged = recording->judge(asked);

        ASSERT_FALSE(judged);
        EXPECT_NE(judged.error().message.find("was changed while it was read"), std::string::npos)
            << judged.error().message;
    }
}

}  // namespace
}  // namespace sensor::control
