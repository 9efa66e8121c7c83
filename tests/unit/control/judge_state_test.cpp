// What the judge remembers over a restart.
#include "sensor/control/judge_state.h"

#include <array>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "sensor/judge/policy_load.h"

namespace sensor::control {
namespace {

using namespace std::chrono_literals;

constexpr Timestamp kSeven{std::chrono::sys_days{std::chrono::year{2026} / 9 / 21} + 7h};

Observation session(std::uint64_t flow_id, Duration after, std::uint16_t port = 8088) {
    Observation made;
    made.flow_id = flow_id;
    made.client = {ipv4_address(0x0a14010e), PortNumber{40001}};
    made.server = {ipv4_address(0xc6336414), PortNumber{port}};
    made.transport = Transport::kTcp;
    made.start = kSeven + after;
    made.last = made.start + 1s;
    made.packets_to_server = made.packets_to_client = 5;
    made.bytes_to_server = made.bytes_to_client = 500;
    made.protocol = made.protocol_to_server = made.protocol_to_client = "tls";
    made.confirmed = Confirmed::kBoth;
    made.ended = true;
    made.tcp_state = TcpState::kClosed;
    made.end_reason = EndReason::kClosed;
    made.tcp_flags_to_server = made.tcp_flags_to_client = kTcpSyn | kTcpAck;
    made.facts = {{Fact::kTlsSni, "cdn.example"}};
    made.attribution.device = "serial:R5CT1";
    made.attribution.app = "com.example.flashlight";
    made.attribution.method = AttributionMethod::kFlowRecord;
    made.context.locked = Tristate::kYes;
    return made;
}

judge::Policy policy() {
    yaml::Problems problems;
    auto read = judge::load_policy_text(
        "AllowedProtocolPortMappings: {tls: {tcp: 443}}\n", "policy.yaml",
        {.protocols = {"unknown", "tls"}, .app_groups = {}, .tcp_only = {}, .udp_only = {}}, kSeven,
        problems);
    EXPECT_TRUE(read);
    return *read;
}

class JudgeStateTest : public testing::Test {
  protected:
    void SetUp() override {
        std::string name = (std::filesystem::temp_directory_path() / "judge-XXXXXX").string();
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        directory = name + "/findings";
    }
    void TearDown() override {
        std::filesystem::remove_all(std::filesystem::path{directory}.parent_path());
    }
    static std::vector<Finding> whole(judge::Judge& judge, const Observation& seen) {
        auto told = judge.consider(RecordKind::kUnapproved, seen).told;
        for (Finding& finding : judge.consider(RecordKind::kEnd, seen).told)
            told.push_back(std::move(finding));
        return told;
    }
    [[nodiscard]] JudgeState open() const {
        auto state = JudgeState::open(directory);
        EXPECT_TRUE(state) << state.error().message;
        return std::move(*state);
    }

    const judge::Policy policy_ = policy();
    std::string directory;
};

TEST_F(JudgeStateTest, FindingsGoOnAsIfNothingHadHappened) {
    judge::Judge unbroken{policy_};
    judge::Judge before{policy_};
    for (std::uint64_t i = 0; i < 3; ++i) {
        (void)whole(unbroken, session(i, i * 5min));
        (void)whole(before, session(i, i * 5min));
    }
    ASSERT_TRUE(open().save(before));

    judge::Judge after{policy_};
    const auto restored = open().restore(after);
    ASSERT_TRUE(restored) << restored.error().message;
    EXPECT_EQ(restored->behaviours, 1U);
    EXPECT_EQ(restored->unreadable, 0U);
    const std::size_t finished = after.finish().size();
    EXPECT_LE(finished, 1U) << "what was told is not told again as new";
    bool is_told_here = finished != 0;
    for (std::uint64_t i = 3; i < 6; ++i) {
        const auto expected = whole(unbroken, session(i, i * 5min));
        const auto told = whole(after, session(i, i * 5min));
        ASSERT_EQ(told.size(), expected.size()) << i;
        for (std::size_t k = 0; k < told.size(); ++k) {
            EXPECT_EQ(told[k].id, expected[k].id);
            EXPECT_EQ(told[k].score, expected[k].score);
            EXPECT_EQ(told[k].severity, expected[k].severity);
            EXPECT_EQ(told[k].recurrence.sessions, expected[k].recurrence.sessions);
            EXPECT_EQ(told[k].recurrence.stable, expected[k].recurrence.stable);
            EXPECT_EQ(told[k].first_seen, expected[k].first_seen);
            EXPECT_GT(told[k].revision, 1U);
            // Nobody counts a finding off that was counted by another process.
            EXPECT_EQ(told[k].severity_before.has_value(), is_told_here);
            is_told_here = true;
        }
    }
}

TEST_F(JudgeStateTest, ClosedFindingsComeBack) {
    judge::Judge before{policy_};
    const std::string id = whole(before, session(1, 0s)).at(0).id;
    (void)whole(before, session(2, 40h, 443));  // approved; time goes on
    ASSERT_EQ(before.open_behaviours(), 0U);
    ASSERT_TRUE(open().save(before));

    judge::Judge after{policy_};
    ASSERT_TRUE(open().restore(after));
    const auto told = whole(after, session(3, 50h));

    ASSERT_FALSE(told.empty());
    EXPECT_EQ(told[0].id, id);
    EXPECT_EQ(told[0].earlier.times, 1U);
    EXPECT_EQ(told[0].earlier.sessions, 1U);
    EXPECT_EQ(told[0].recurrence.sessions, 2U);
}

TEST_F(JudgeStateTest, WhatWasToldSinceIsThereAfterAKill) {
    std::vector<std::string> ids;
    std::uint32_t revision = 0;
    {
        judge::Judge before{policy_};
        JudgeState state = open();
        (void)whole(before, session(1, 0s));
        ASSERT_TRUE(state.save(before));
        for (const std::uint16_t port : std::array<std::uint16_t, 2>{8088, 9000}) {
            for (unsigned i = 0; i < 6; ++i) {
                const auto seen = session(port + i, 5min * (i + 1), port);
                for (const Finding& finding : whole(before, seen)) {
                    ids.push_back(finding.id);
                    revision = std::max(revision, finding.revision);
                    ASSERT_TRUE(state.add(before, {finding.id, finding.id}));
                }
            }
        }
    }  // not saved any more
    ASSERT_EQ(revision, 2U);

    judge::Judge after{policy_};
    const auto restored = open().restore(after);

    ASSERT_TRUE(restored);
    EXPECT_EQ(restored->behaviours, 2U);
    EXPECT_EQ(restored->unreadable, 0U);
    for (const std::string& id : ids)
        ASSERT_NE(after.find(id), nullptr);
    EXPECT_EQ(after.find(ids.front())->revision, revision);
    EXPECT_TRUE(whole(after, session(77, 40min, 9000)).empty()) << "it was told";
    ASSERT_TRUE(open().save(after));
    EXPECT_EQ(std::filesystem::file_size(directory + "/told.ndjson"), 0U);
}

TEST_F(JudgeStateTest, HitsSpreadAndLimitsGoOn) {
    const auto with = [](std::string_view more) {
        yaml::Problems problems;
        return *judge::load_policy_text(
            "AllowedProtocolPortMappings: {tls: {tcp: 443}}\n" + std::string{more}, "policy.yaml",
            {.protocols = {"unknown", "tls"}, .app_groups = {}, .tcp_only = {}, .udp_only = {}},
            kSeven, problems);
    };
    const judge::Policy policy = with(
        "AlertLimits: {per_device: 5}\n"
        "EnterpriseExceptionList: [{id: EX, owner: o, reason: r, expires: 2027-01-01, "
        "match: {ports: {tcp: 7}}}]\n");
    judge::Judge before{policy};
    for (std::uint16_t port = 9000; port < 9010; ++port)
        (void)whole(before, session(port, 0s, port));
    (void)whole(before, session(7, 0s, 7));
    ASSERT_TRUE(open().save(before));

    judge::Judge after{policy};
    const auto restored = open().restore(after);

    ASSERT_TRUE(restored);
    EXPECT_EQ(restored->unreadable, 0U);
    EXPECT_EQ(after.exception_hits(), before.exception_hits());
    EXPECT_EQ(after.exception_last_hits(), before.exception_last_hits());
    EXPECT_EQ(after.spread().keys(), before.spread().keys());
    EXPECT_TRUE(whole(after, session(1, 1min, 9999)).empty()) << "the device's alerts are used up";
    const auto told = whole(after, session(2, 2h, 9998));
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].suppressed.of_device, 2U);
    const auto has_many_ports = [](const Contribution& part) { return part.name == "many_ports"; };
    EXPECT_TRUE(std::ranges::any_of(told[0].contributions, has_many_ports));
}

TEST_F(JudgeStateTest, ToldWhichExceptionsAreUnused) {
    yaml::Problems problems;
    const judge::Policy policy = *judge::load_policy_text(
        "EnterpriseExceptionList:\n"
        "  - {id: A, owner: o, reason: r, expires: 2027-01-01, match: {ports: {tcp: 7}}}\n"
        "  - {id: B, owner: o, reason: r, expires: 2027-01-01, match: {ports: {tcp: 8}}}\n",
        "policy.yaml",
        {.protocols = {"unknown", "tls"}, .app_groups = {}, .tcp_only = {}, .udp_only = {}}, kSeven,
        problems);
    EXPECT_TRUE(unused_exceptions(directory).empty());
    judge::Judge judge{policy};
    (void)whole(judge, session(7, 0s, 7));
    ASSERT_TRUE(open().save(judge));

    EXPECT_EQ(unused_exceptions(directory), std::vector<std::string>{"B"});
}

TEST_F(JudgeStateTest, ABehaviourOfADayToComeIsLeftOut) {
    judge::Judge before{policy_};
    (void)whole(before, session(1, std::chrono::hours{24 * 365 * 70}));
    ASSERT_TRUE(open().save(before));

    judge::Judge after{policy_};
    const auto restored = open().restore(after);

    ASSERT_TRUE(restored);
    EXPECT_EQ(restored->behaviours, 0U);
    EXPECT_EQ(restored->unreadable, 1U);
}

TEST_F(JudgeStateTest, ALineReadsBackTheSame) {
    judge::Judge judge{policy_};
    for (std::uint64_t i = 0; i < 5; ++i)
        (void)whole(judge, session(i, i * 5min));
    judge.each_behaviour([](const judge::Behaviour& behaviour) {
        const std::string line = line_of(behaviour);
        const auto read = read_behaviour(line);
        ASSERT_TRUE(read) << line;
        EXPECT_EQ(line_of(*read), line);
    });
}

TEST_F(JudgeStateTest, ALineThatWasCutIsNone) {
    judge::Judge judge{policy_};
    (void)whole(judge, session(1, 0s));
    judge.each_behaviour([](const judge::Behaviour& behaviour) {
        const std::string line = line_of(behaviour);
        for (std::size_t length = 0; length < line.size(); ++length)
            ASSERT_FALSE(read_behaviour(line.substr(0, length))) << length;
    });
    EXPECT_FALSE(read_behaviour("{}"));
    EXPECT_FALSE(read_past("{}"));
    EXPECT_FALSE(read_past(R"({"past":"k","id":"i","revision":"x","severity":"low"})"));
}

TEST_F(JudgeStateTest, WhatCannotBeReadIsCounted) {
    {
        const JudgeState state = open();
        std::ofstream{directory + "/behaviours.ndjson"} << "nonsense\n{}\n";
    }
    judge::Judge after{policy_};
    const auto restored = open().restore(after);
    ASSERT_TRUE(restored);
    EXPECT_EQ(restored->unreadable, 2U);
}

TEST_F(JudgeStateTest, IsOneProcesssAtATime) {
    const JudgeState mine = open();
    const auto other = JudgeState::open(directory);
    ASSERT_FALSE(other);
    EXPECT_NE(other.error().message.find("in use by another process"), std::string::npos);
}

}  // namespace
}  // namespace sensor::control
