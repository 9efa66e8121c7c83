// Sources know one device by different ids, or by its user or its address alone.
#include <algorithm>

#include "tests/unit/attribute/directory_events.h"

namespace sensor::attribute {
namespace {

const std::string kMac = "mac:a1b2c3d4e5f6";

IdentityEvent inventory(Duration at, std::vector<std::string> ids, std::string user = "") {
    DeviceFact fact{.name = "phone-114", .user = std::move(user), .managed = Tristate::kYes};
    fact.also_known_as = std::move(ids);
    return event(at, fact);
}

TEST_F(DirectoryTest, AnInventoryJoinsWhatWasHeardOfADeviceUnderItsIds) {
    std::vector<IdentityEvent> events{
        lease(0s, true, kMac), inventory(1s, {"imei:352099001761481", kMac}),
        event(2s, LockFact{true}, "imei:352099001761481"), connect(100s, "com.x")};
    std::ranges::sort(events, {}, [](const IdentityEvent& each) { return each.device; });
    do {
        Directory heard{config, {}};
        for (const IdentityEvent& each : events)
            heard.apply(each);
        const Observation session = describe(heard, 100s, AppGroupId::kNone);
        ASSERT_EQ(session.attribution.device, kDevice);
        ASSERT_EQ(session.attribution.device_name, "phone-114");
        ASSERT_EQ(session.attribution.app, "com.x");
        ASSERT_EQ(session.context.locked, Tristate::kYes);
        ASSERT_EQ(session.context.managed, Tristate::kYes);
        ASSERT_EQ(heard.devices(), 1U);
        ASSERT_EQ(heard.events(), 3U);
    } while (std::ranges::next_permutation(events, {}, [](const IdentityEvent& each) {
                 return std::pair{each.device, each.time};
             }).found);
}

TEST_F(DirectoryTest, AContradictionIsReportedAndNotGuessedAt) {
    apply({inventory(0s, {kMac}), lease(1s, true, kMac)});
    DeviceFact other;
    other.also_known_as = {kMac};
    apply({event(2s, other, "serial:OTHER")});

    EXPECT_EQ(count(DirectoryCounter::kConflicts), 1U);
    ASSERT_EQ(directory.ids().conflicts().size(), 1U);
    EXPECT_EQ(directory.ids().conflicts().front().other, "serial:OTHER");
    EXPECT_EQ(describe(10s).attribution.device, kDevice);
}

TEST_F(DirectoryTest, AUserWithOneDeviceNamesIt) {
    apply(
        {lease(0s, true, "user:a@ex.org"), inventory(1s, {}, "A@ex.org"), connect(100s, "com.x")});

    const Observation session = describe(100s);

    EXPECT_EQ(session.attribution.device, kDevice);
    EXPECT_EQ(session.attribution.app, "com.x");
    EXPECT_EQ(count(DirectoryCounter::kAmbiguousUsers), 0U);
}

TEST_F(DirectoryTest, AUserWithTwoDevicesNamesNeither) {
    apply({lease(0s, true, "user:a@ex.org"), inventory(1s, {}, "a@ex.org"),
           event(1s, DeviceFact{.name = "tablet", .user = "a@ex.org"}, "serial:T"),
           connect(100s, "com.x")});

    const Observation session = describe(100s);

    EXPECT_EQ(session.attribution.device, "user:a@ex.org");
    EXPECT_EQ(session.attribution.app, "");
    EXPECT_EQ(session.attribution.device_name, "");
    EXPECT_EQ(count(DirectoryCounter::kAmbiguousUsers), 1U);
}

ConnectFact record(const std::string& app, std::uint16_t client_port) {
    ConnectFact fact{app, kServer, Transport::kTcp};
    fact.client = Endpoint{kPhone, PortNumber{client_port}};
    return fact;
}

TEST_F(DirectoryTest, ARecordOfAnAddressNamesTheAppWithoutADevice) {
    apply({event(100s, record("com.x", 50000), "")});

    const Observation session = describe(100s);

    EXPECT_EQ(session.attribution.app, "com.x");
    EXPECT_EQ(session.attribution.method, AttributionMethod::kFlowRecord);
    EXPECT_EQ(session.attribution.confidence, AttributionConfidence::kHigh);
    EXPECT_EQ(session.attribution.device, "");
}

TEST_F(DirectoryTest, ARecordOfAnotherClientPortIsOfAnotherConnection) {
    apply({lease(0s, true), event(100s, record("com.x", 50001))});
    EXPECT_EQ(describe(100s).attribution.app, "");
}

TEST_F(DirectoryTest, ARecordOfThisVeryConnectionComesBeforeNearerOnes) {
    apply({lease(0s, true), event(103s, record("com.x", 50000)), connect(100s, "com.y")});

    const Attribution& who = describe(100s).attribution;

    EXPECT_EQ(who.app, "com.x");
    EXPECT_EQ(who.confidence, AttributionConfidence::kHigh);
}

TEST_F(DirectoryTest, AnEventOfNobodyIsRefused) {
    apply({event(0s, LockFact{true}, ""), event(0s, ConnectFact{"a", kServer}, "")});
    EXPECT_EQ(count(DirectoryCounter::kRefused), 2U);
}

TEST_F(DirectoryTest, ASourceMayHaveAClockOfItsOwn) {
    config.clock_skews["slow"] = 60s;
    IdentityEvent late = connect(150s, "com.x");
    late.source = "slow";
    apply({lease(0s, true), connect(160s, "com.y"), late});

    EXPECT_EQ(describe(100s).attribution.app, "com.x");
    EXPECT_EQ(describe(89s).attribution.app, "");
}

TEST_F(DirectoryTest, AProcessThatBeganWhileLockedStandsForAJob) {
    apply({lease(0s, true), event(10s, LockFact{false}), event(50s, LockFact{true}),
           event(90s, ProcessFact{"com.x", "com.x:job"}), connect(100s, "com.x")});

    const DeviceContext context = describe(100s).context;

    EXPECT_EQ(context.started_locked, Tristate::kYes);
    EXPECT_EQ(context.since_process, Duration{10s});
    EXPECT_EQ(context.since_unlock, Duration{90s});
    EXPECT_FALSE(context.since_job);
}

TEST_F(DirectoryTest, TimeSinceTheUnlockIsThatOfTheFirstWord) {
    apply({lease(0s, true), event(5s, LockFact{true}), event(10s, LockFact{false}),
           event(20s, LockFact{false})});
    EXPECT_EQ(describe(30s).context.since_unlock, Duration{20s});
    EXPECT_FALSE(describe(7s).context.since_unlock) << "nobody told of an unlock before";
}

TEST_F(DirectoryTest, TheInventorysVersionAndSignerAreThoseOfTheTime) {
    apply({lease(0s, true), connect(100s, "com.x"), connect(200s, "com.x"),
           event(50s, AppFact{.app = "com.x", .version = "1", .signer = "aa"}),
           event(150s, AppFact{.app = "com.x", .installed = Tristate::kYes, .version = "2"})});

    EXPECT_EQ(describe(100s).context.app_version, "1");
    EXPECT_EQ(describe(200s).context.app_version, "2");
    EXPECT_EQ(describe(200s).context.app_signer, "aa");
    EXPECT_EQ(describe(100s).context.app_installed, Tristate::kUnknown);
    EXPECT_EQ(describe(200s).context.app_installed, Tristate::kYes);
}

TEST_F(DirectoryTest, TellsWhichFactsItUsed) {
    apply({lease(0s, true, kDevice, "office"), event(1s, LockFact{true}), event(2s, LockFact{true}),
           event(50s, LockFact{false}, "serial:OTHER"), connect(100s, "mail"),
           event(60s, AppFact{.app = "mail", .managed = Tristate::kNo})});
    Observation session = describe(100s);
    EXPECT_TRUE(session.facts_used.empty()) << "nobody asked";

    directory.describe(session, AppGroupId::kNone, TagRuleId::kNone, Directory::Explain::kYes);

    const std::vector<UsedFact> expected{
        {"10.20.1.14 leased to serial:R5CT1 in group office", "", kSeven},
        {"locked", "test", kSeven + 1s},
        {"mail, not managed", "test", kSeven + 60s},
        {"mail connected to 198.51.100.7:7878 over TCP", "test", kSeven + 100s}};
    EXPECT_EQ(session.facts_used, expected);
}

TEST_F(DirectoryTest, ATimelineIsWhatWasToldOfADeviceInOrder) {
    apply({lease(0s, true), lease(500s, false), event(60s, LockFact{true}), connect(100s, "com.x"),
           event(30s, JobFact{"com.x", "alarm"}, "serial:OTHER"), inventory(1s, {kMac})});

    const auto told = directory.timeline(kMac, kSeven, kSeven + 200s);

    std::vector<std::string> words;
    for (const UsedFact& fact : told)
        words.push_back(fact.what);
    EXPECT_EQ(words,
              (std::vector<std::string>{
                  "10.20.1.14 leased to serial:R5CT1", "device phone-114, managed", "locked",
                  "com.x connected to 198.51.100.7:7878 over TCP", "10.20.1.14 given back"}));
    EXPECT_TRUE(directory.timeline("serial:NOBODY", kSeven, kSeven + 200s).empty());
}

TEST_F(DirectoryTest, ItsEventsMakeOneThatAnswersTheSame) {
    apply({lease(0s, true, kMac, "office"), inventory(1s, {kMac}, "a@ex.org"),
           event(2s, LockFact{true}), state(3s, "mail", AppState::kBackground),
           event(4s, InteractionFact{}), event(5s, JobFact{"mail", "alarm"}), connect(100s, "mail"),
           event(6s, AppFact{.app = "mail", .version = "4"}), event(7s, ProcessFact{"mail", "p"}),
           event(100s, record("mail", 50000), ""), lease(300s, false, kMac)});
    Directory again{config, {}};
    directory.each_event([&](const IdentityEvent& each) { again.apply(each); });

    for (const auto at : {0s, 100s, 250s, 400s}) {
        Observation one = describe(at);
        Observation other = one;
        directory.describe(one, AppGroupId::kNone, TagRuleId::kNone, Directory::Explain::kYes);
        again.describe(other, AppGroupId::kNone, TagRuleId::kNone, Directory::Explain::kYes);
        EXPECT_EQ(one.facts_used, other.facts_used);
        EXPECT_EQ(one.attribution.device, other.attribution.device);
        EXPECT_EQ(one.attribution.app, other.attribution.app);
        EXPECT_EQ(one.attribution.app_group, other.attribution.app_group);
    }
    EXPECT_EQ(again.events(), directory.events());
}

TEST_F(DirectoryTest, AFactOfAUsersDeviceBearsOnTheUsersAddress) {
    apply({lease(0s, true, "user:a@ex.org"), inventory(1s, {}, "A@ex.org")});
    directory.watch();

    apply({event(50s, LockFact{true})});

    const auto touched = directory.take_touched();
    ASSERT_EQ(touched.size(), 1U);
    EXPECT_EQ(touched.begin()->first, kPhone);
}

TEST_F(DirectoryTest, TellsWhichSessionsAnEventBearsOn) {
    apply({lease(0s, true)});
    EXPECT_TRUE(directory.take_touched().empty()) << "nobody watches";
    directory.watch();

    apply({connect(100s, "com.x")});
    auto touched = directory.take_touched();
    ASSERT_EQ(touched.size(), 1U);
    EXPECT_EQ(touched.begin()->first, kPhone);
    EXPECT_EQ(touched.begin()->second.from, kSeven + 95s);
    EXPECT_EQ(touched.begin()->second.to, kSeven + 105s);

    apply({event(50s, LockFact{true}), lease(200s, false)});
    touched = directory.take_touched();
    ASSERT_EQ(touched.size(), 1U);
    EXPECT_EQ(touched.begin()->second.from, kSeven + 50s);
    EXPECT_EQ(touched.begin()->second.to, Timestamp::max());
    EXPECT_TRUE(directory.take_touched().empty());
}

}  // namespace
}  // namespace sensor::attribute
