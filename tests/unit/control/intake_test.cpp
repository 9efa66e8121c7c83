// From feeds to the directory: nothing that was accepted is lost.
#include "sensor/control/feeds/intake.h"

#include <filesystem>
#include <thread>

#include <gtest/gtest.h>

#include "sensor/attribute/feeds/ndjson.h"
#include "sensor/attribute/feeds/ndjson_writer.h"
#include "sensor/control/feeds/identity_journal.h"

namespace sensor::control {
namespace {

using namespace std::chrono_literals;

constexpr Timestamp kSeven{std::chrono::sys_days{std::chrono::year{2026} / 9 / 21} + 7h};

IdentityEvent event(Duration after_seven, decltype(IdentityEvent::fact) fact,
                    std::string device = "serial:R5CT1") {
    return {kSeven + after_seven, std::move(device), "mdm", std::move(fact)};
}
/// One of each kind, with every field.
std::vector<IdentityEvent> all_kinds() {
    const Endpoint server{*parse_address("2001:db8::7"), PortNumber{7878}};
    const Endpoint phone{ipv4_address(0x0a14010e), PortNumber{50000}};
    return {
        event(1ns, DeviceFact{.name = "phone \"114\"",
                              .user = "a@ex.org",
                              .platform = Platform::kIos,
                              .managed = Tristate::kYes,
                              .supervised = Tristate::kNo,
                              .compliant = Tristate::kYes,
                              .also_known_as = {"imei:352099001761481", "mac:a1b2c3d4e5f6"}}),
        event(2s, LeaseFact{phone.address, true, "office"}),
        event(3s, LeaseFact{phone.address, false, ""}),
        event(4s, LockFact{true}),
        event(5s, AppStateFact{"com.x", AppState::kForeground}),
        event(6s, InteractionFact{}),
        event(7s, JobFact{"com.x", "alarm"}),
        event(8s, ProcessFact{"com.x", "com.x:p"}),
        event(9s, ConnectFact{"com.x", server, Transport::kUdp}),
        event(10s, ConnectFact{"com.x", server, Transport::kTcp, phone}, ""),
        event(11s, AppFact{.app = "com.x",
                           .managed = Tristate::kNo,
                           .approved = Tristate::kYes,
                           .installed = Tristate::kYes,
                           .version = "4.1",
                           .signer = "ab12"}),
    };
}
void expect_same(const IdentityEvent& one, const IdentityEvent& other) {
    EXPECT_EQ(one.time, other.time);
    EXPECT_EQ(one.device, other.device);
    EXPECT_EQ(one.source, other.source);
    EXPECT_EQ(one.fact, other.fact) << "of kind " << one.fact.index();
}

TEST(NdjsonWriter, WritesWhatReadsBackTheSame) {
    for (const IdentityEvent& each : all_kinds()) {
        std::string line;
        attribute::feeds::append_ndjson(each, line);
        ASSERT_TRUE(line.ends_with("}\n")) << line;
        const auto read = attribute::feeds::parse_kept_event(line.substr(0, line.size() - 1));
        ASSERT_TRUE(read) << line << read.error().message;
        expect_same(*read, each);
    }
}

TEST(Intake, GivesWhatItTookInItsOrder) {
    Intake intake{100};
    ASSERT_TRUE(intake.accept("mdm", {event(1s, LockFact{true}), event(2s, LockFact{false})}));
    ASSERT_TRUE(intake.accept("radius", {event(3s, InteractionFact{})}));

    EXPECT_EQ(intake.waiting(), 3U);
    EXPECT_EQ(intake.take(2).size(), 2U);
    const auto rest = intake.take();
    ASSERT_EQ(rest.size(), 1U);
    EXPECT_EQ(rest.front().time, kSeven + 3s);
    EXPECT_TRUE(intake.take().empty());
}

TEST(Intake, TakesAllOrNone) {
    Intake intake{2};
    ASSERT_TRUE(intake.accept("mdm", {event(1s, LockFact{true})}));

    const auto refused =
        intake.accept("mdm", {event(2s, LockFact{true}), event(3s, LockFact{true})});

    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message, "1 events wait already; try again later");
    intake.reject("mdm", 4);
    const auto counts = intake.counts().at("mdm");
    EXPECT_EQ(counts.accepted, 1U);
    EXPECT_EQ(counts.refused, 2U);
    EXPECT_EQ(counts.rejected, 4U);
    (void)intake.take();
    EXPECT_TRUE(intake.accept("mdm", {event(2s, LockFact{true}), event(3s, LockFact{true})}));
}

class IdentityJournalTest : public testing::Test {
  protected:
    void SetUp() override {
        std::string name = (std::filesystem::temp_directory_path() / "identity-XXXXXX").string();
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        directory = name;
    }
    void TearDown() override { std::filesystem::remove_all(directory); }

    [[nodiscard]] std::unique_ptr<IdentityJournal> open(std::uint64_t file_bytes = 1U
                                                                                   << 20U) const {
        auto opened = IdentityJournal::open(directory, {.files = {.file_bytes = file_bytes}});
        EXPECT_TRUE(opened) << opened.error().message;
        return std::move(*opened);
    }
    [[nodiscard]] std::vector<IdentityEvent> restored() const {
        std::vector<IdentityEvent> events;
        const auto done =
            open()->restore([&](const IdentityEvent& each) { events.push_back(each); });
        EXPECT_TRUE(done);
        EXPECT_EQ(done->events, events.size());
        EXPECT_EQ(done->unreadable, 0U);
        return events;
    }

    std::string directory;
};

TEST_F(IdentityJournalTest, WhatWasAcceptedIsThereAfterACrash) {
    {
        const auto journal = open();
        Intake intake{100, &journal->journal()};
        ASSERT_TRUE(intake.accept("mdm", all_kinds()));
        // Nobody takes them: the process dies here.
    }
    const auto events = restored();
    const auto expected = all_kinds();
    ASSERT_EQ(events.size(), expected.size());
    for (std::size_t i = 0; i < events.size(); ++i)
        expect_same(events[i], expected[i]);
}

TEST_F(IdentityJournalTest, IsMadeAsShortAsTheDirectory) {
    attribute::IdentityConfig config;
    config.groups = {{"office", {}}};
    std::uint64_t before = 0;
    {
        const auto journal = open(1);
        Intake intake{1000, &journal->journal()};
        for (int i = 0; i < 50; ++i)
            ASSERT_TRUE(intake.accept("mdm", all_kinds()));
        before = journal->journal().closed_bytes();
        ASSERT_TRUE(journal->shorten(config, {}));
        EXPECT_LT(journal->journal().closed_bytes(), before / 20);
        EXPECT_EQ(journal->journal().closed_files().size(), 1U);
    }
    attribute::Directory told{config, {}};
    attribute::Directory read{config, {}};
    for (const IdentityEvent& each : all_kinds())
        told.apply(each);
    for (const IdentityEvent& each : restored())
        read.apply(each);
    EXPECT_EQ(read.events(), told.events());
    EXPECT_EQ(read.lease_events(), told.lease_events());
    EXPECT_EQ(read.timeline("imei:352099001761481", kSeven, kSeven + 1h),
              told.timeline("imei:352099001761481", kSeven, kSeven + 1h));
}

TEST_F(IdentityJournalTest, CountsLinesThatAreNoEvents) {
    {
        const auto journal = open();
        ASSERT_TRUE(journal->journal().append("{\"v\":2}\nnonsense\n"));
    }
    const auto done = open()->restore([](const IdentityEvent&) { FAIL(); });
    ASSERT_TRUE(done);
    EXPECT_EQ(done->unreadable, 2U);
}

}  // namespace
}  // namespace sensor::control
