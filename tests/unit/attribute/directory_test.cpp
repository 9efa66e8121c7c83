// What the directory says of a session, as of its own time.
#include "tests/unit/attribute/directory_events.h"

namespace sensor::attribute {
namespace {

TEST_F(DirectoryTest, KnowsNothingWithoutEvents) {
    const Observation seen = describe(0s);

    EXPECT_EQ(seen.attribution.device, "");
    EXPECT_EQ(seen.attribution.app, "");
    EXPECT_EQ(seen.attribution.method, AttributionMethod::kNone);
    EXPECT_EQ(seen.attribution.confidence, AttributionConfidence::kNone);
    EXPECT_EQ(seen.context.locked, Tristate::kUnknown);
    EXPECT_EQ(seen.context.managed, Tristate::kUnknown);
    EXPECT_EQ(seen.context.app_state, AppState::kUnknown);
    EXPECT_FALSE(seen.context.since_interaction);
}

TEST_F(DirectoryTest, ReplacesWhatWasDescribedBefore) {
    Observation seen = describe(0s);
    seen.attribution.device = "another";
    seen.context.locked = Tristate::kYes;

    directory.describe(seen, AppGroupId::kNone, TagRuleId{1});

    EXPECT_EQ(seen.attribution.device, "");
    EXPECT_EQ(seen.attribution.rule, "vlan 110");
    EXPECT_EQ(seen.context.locked, Tristate::kUnknown);
}

TEST_F(DirectoryTest, TheDeviceIsTheOneThatHeldTheAddressAtTheStart) {
    apply({lease(0s, true, "one"), lease(10s, false, "one"), lease(20s, true, "two")});

    EXPECT_EQ(describe(-1ns).attribution.device, "");
    EXPECT_EQ(describe(0s).attribution.device, "one");
    EXPECT_EQ(describe(10s - 1ns).attribution.device, "one");
    EXPECT_EQ(describe(10s).attribution.device, "");
    EXPECT_EQ(describe(20s - 1ns).attribution.device, "");
    EXPECT_EQ(describe(20s).attribution.device, "two");
}

TEST_F(DirectoryTest, TakesEachFieldOfADeviceFromTheNewestEventThatKnowsIt) {
    apply({lease(0s, true),
           event(0s, DeviceFact{.name = "phone-114",
                                .user = "a@ex.org",
                                .platform = Platform::kAndroid,
                                .managed = Tristate::kYes,
                                .supervised = Tristate::kUnknown,
                                .compliant = Tristate::kYes}),
           event(10s, DeviceFact{.name = "",
                                 .user = "b@ex.org",
                                 .platform = Platform::kUnknown,
                                 .managed = Tristate::kUnknown,
                                 .supervised = Tristate::kUnknown,
                                 .compliant = Tristate::kNo})});

    const Observation before = describe(10s - 1ns);
    EXPECT_EQ(before.attribution.user, "a@ex.org");
    EXPECT_EQ(before.context.compliant, Tristate::kYes);
    const Observation after = describe(10s);
    EXPECT_EQ(after.attribution.device_name, "phone-114");
    EXPECT_EQ(after.attribution.user, "b@ex.org");
    EXPECT_EQ(after.attribution.platform, Platform::kAndroid);
    EXPECT_EQ(after.context.managed, Tristate::kYes);
    EXPECT_EQ(after.context.supervised, Tristate::kUnknown);
    EXPECT_EQ(after.context.compliant, Tristate::kNo);
}

TEST_F(DirectoryTest, AConnectEventWithinTheSkewNamesTheApp) {
    apply({lease(0s, true), connect(100s, "com.x")});

    for (const Duration start : {Duration{95s}, Duration{100s}, Duration{105s}}) {
        const Attribution who = describe(start, kCrm).attribution;
        EXPECT_EQ(who.app, "com.x");
        EXPECT_EQ(who.app_group, "crm");
        EXPECT_EQ(who.method, AttributionMethod::kFlowRecord) << "trusted more than the tag";
        EXPECT_EQ(who.confidence, AttributionConfidence::kHigh);
    }
    EXPECT_EQ(describe(95s - 1ns).attribution.app, "");
    EXPECT_EQ(describe(105s + 1ns).attribution.app, "");
}

TEST_F(DirectoryTest, AConnectEventMustBeOfTheSameConnection) {
    const Endpoint other_port{kServer.address, PortNumber{7879}};
    const Endpoint other_address{kPhone, kServer.port};
    apply({lease(0s, true), event(100s, ConnectFact{"a", other_port, Transport::kTcp}),
           event(100s, ConnectFact{"b", other_address, Transport::kTcp}),
           event(100s, ConnectFact{"c", kServer, Transport::kUdp}),
           event(100s, ConnectFact{"d", kServer, Transport::kTcp}, "another device")});

    EXPECT_EQ(describe(100s).attribution.method, AttributionMethod::kNone);
}

TEST_F(DirectoryTest, TheNearestConnectEventWinsWithLessConfidenceIfAnotherAppIsNear) {
    apply({lease(0s, true), connect(98s, "far"), connect(101s, "near"), connect(104s, "far")});

    const Attribution near = describe(100s).attribution;
    EXPECT_EQ(near.app, "near");
    EXPECT_EQ(near.confidence, AttributionConfidence::kMedium);
    const Attribution alone = describe(107s).attribution;
    EXPECT_EQ(alone.app, "far");
    EXPECT_EQ(alone.confidence, AttributionConfidence::kHigh);
}

TEST_F(DirectoryTest, TwoAppsEquallyNearNameNone) {
    apply({lease(0s, true), connect(99s, "one"), connect(101s, "two"), connect(103s, "three")});

    EXPECT_EQ(describe(100s).attribution.method, AttributionMethod::kNone);
    EXPECT_EQ(describe(100s, kCrm).attribution.method, AttributionMethod::kTunnelTag);
    apply({connect(100s, "one")});
    EXPECT_EQ(describe(100s).attribution.app, "one");
    apply({connect(98s, "one")});
    EXPECT_EQ(describe(100s).attribution.confidence, AttributionConfidence::kMedium);
}

TEST_F(DirectoryTest, OneAppTwiceEquallyNearIsThatApp) {
    apply({lease(0s, true), connect(99s, "one"), connect(101s, "one")});

    EXPECT_EQ(describe(100s).attribution.app, "one");
    EXPECT_EQ(describe(100s).attribution.confidence, AttributionConfidence::kHigh);
}

TEST_F(DirectoryTest, AGroupWithOneAppNamesIt) {
    const Attribution who = describe(0s, kCrm).attribution;

    EXPECT_EQ(who.app, "crm.app");
    EXPECT_EQ(who.app_group, "crm");
    EXPECT_EQ(who.method, AttributionMethod::kTunnelTag);
    EXPECT_EQ(who.confidence, AttributionConfidence::kHigh);
    EXPECT_EQ(who.device, "") << "the tag says nothing of the device";
}

TEST_F(DirectoryTest, AnInventoryWithOneAppOfTheGroupNamesIt) {
    apply({lease(0s, true), event(10s, AppFact{"mail", Tristate::kYes, Tristate::kYes}),
           event(10s, AppFact{"other", Tristate::kYes, Tristate::kYes})});

    EXPECT_EQ(describe(10s - 1ns, kOffice).attribution.method, AttributionMethod::kAppGroup);
    const Attribution who = describe(10s, kOffice).attribution;
    EXPECT_EQ(who.app, "mail");
    EXPECT_EQ(who.method, AttributionMethod::kSingleApp);
    EXPECT_EQ(who.confidence, AttributionConfidence::kMedium);

    apply({event(20s, AppFact{"chat", Tristate::kYes, Tristate::kYes})});
    EXPECT_EQ(describe(20s, kOffice).attribution.method, AttributionMethod::kAppGroup);
}

TEST_F(DirectoryTest, OtherwiseTheGroupIsAllThatIsKnown) {
    for (const AppGroupId group : {kOffice, kGuests}) {
        const Attribution who = describe(0s, group).attribution;
        EXPECT_EQ(who.app, "");
        EXPECT_NE(who.app_group, "");
        EXPECT_EQ(who.method, AttributionMethod::kAppGroup);
        EXPECT_EQ(who.confidence, AttributionConfidence::kLow);
    }
    EXPECT_EQ(describe(0s, AppGroupId{9}).attribution.method, AttributionMethod::kNone);
}

TEST_F(DirectoryTest, TheLeasesGroupCountsIfTheWorkerFoundNone) {
    apply({lease(0s, true, kDevice, "crm"), lease(0s, true, "other", "unheard of")});

    EXPECT_EQ(count(DirectoryCounter::kUnknownGroups), 1U);
    EXPECT_EQ(describe(0s).attribution.app_group, "crm");
    EXPECT_EQ(describe(0s, kGuests).attribution.app_group, "guests");
}

TEST_F(DirectoryTest, TellsTheAppsStateAsOfTheStart) {
    apply({lease(0s, true), connect(100s, "com.x"), state(10s, "com.x", AppState::kForeground),
           state(20s, "com.x", AppState::kBackground), state(30s, "com.x", AppState::kBackground),
           state(40s, "com.y", AppState::kForeground),
           state(100s + 1ns, "com.x", AppState::kForeground)});

    const DeviceContext context = describe(100s, AppGroupId::kNone, 0s).context;

    EXPECT_EQ(context.app_state, AppState::kBackground);
    EXPECT_EQ(context.app_state_since, kSeven + 20s) << "said again, not changed";
    EXPECT_EQ(context.last_foreground, kSeven + 20s) << "until it left";
}

TEST_F(DirectoryTest, AnEventAtTheStartCounts) {
    apply({lease(0s, true), connect(100s, "com.x"), state(100s, "com.x", AppState::kForeground),
           event(100s, LockFact{true}), event(100s, InteractionFact{}),
           event(100s, JobFact{"com.x", "alarm"})});

    const DeviceContext at = describe(100s).context;
    EXPECT_EQ(at.app_state, AppState::kForeground);
    EXPECT_EQ(at.locked, Tristate::kYes);
    EXPECT_EQ(at.since_interaction, Duration{0});
    EXPECT_EQ(at.since_job, Duration{0});
    const DeviceContext before = describe(100s - 1ns).context;
    EXPECT_EQ(before.app_state, AppState::kUnknown);
    EXPECT_EQ(before.locked, Tristate::kUnknown);
    EXPECT_FALSE(before.since_interaction);
    EXPECT_FALSE(before.since_job);
}

TEST_F(DirectoryTest, TheLastForegroundIsAsOfTheLastPacket) {
    apply({lease(0s, true), connect(100s, "com.x"), state(110s, "com.x", AppState::kForeground),
           state(130s, "com.x", AppState::kBackground)});

    const auto foreground = [&](Duration lasting) {
        return describe(100s, AppGroupId::kNone, lasting).context.last_foreground;
    };
    EXPECT_EQ(foreground(10s - 1ns), std::nullopt);
    EXPECT_EQ(foreground(10s), kSeven + 110s);
    EXPECT_EQ(foreground(20s), kSeven + 120s) << "it is there now";
    EXPECT_EQ(foreground(60s), kSeven + 130s);
}

TEST_F(DirectoryTest, TellsLockInteractionAndJob) {
    apply({lease(0s, true), connect(100s, "com.x"), event(5s, LockFact{false}),
           event(10s, LockFact{true}), event(50s, LockFact{true}), event(8s, InteractionFact{}),
           event(9s, InteractionFact{}), event(40s, JobFact{"com.x", "jobscheduler"}),
           event(99s, JobFact{"com.x", "alarm"}), event(100s, JobFact{"com.y", "fgs"})});

    const DeviceContext context = describe(100s).context;

    EXPECT_EQ(context.locked, Tristate::kYes);
    EXPECT_EQ(context.locked_since, kSeven + 10s);
    EXPECT_EQ(context.since_interaction, Duration{91s});
    EXPECT_EQ(context.since_job, Duration{1s});
    EXPECT_EQ(context.job, "alarm");
    EXPECT_EQ(describe(7s).context.locked, Tristate::kNo);
}

TEST_F(DirectoryTest, TellsWhatTheInventorySaysOfTheApp) {
    apply({lease(0s, true), connect(100s, "com.x"),
           event(10s, AppFact{"com.x", Tristate::kNo, Tristate::kUnknown}),
           event(20s, AppFact{"com.y", Tristate::kYes, Tristate::kYes})});

    EXPECT_EQ(describe(100s).context.app_managed, Tristate::kNo);
    EXPECT_EQ(describe(100s).context.app_approved, Tristate::kUnknown) << "unknown is not false";
    apply({event(30s, AppFact{"com.x", Tristate::kUnknown, Tristate::kNo})});
    EXPECT_EQ(describe(100s).context.app_managed, Tristate::kNo);
    EXPECT_EQ(describe(100s).context.app_approved, Tristate::kNo);
}

TEST_F(DirectoryTest, WithoutAnAppItsContextStaysUnknown) {
    apply({lease(0s, true), event(0s, LockFact{true}), state(0s, "com.x", AppState::kForeground),
           event(0s, JobFact{"com.x", "alarm"})});

    const DeviceContext context = describe(100s).context;

    EXPECT_EQ(context.locked, Tristate::kYes);
    EXPECT_EQ(context.app_state, AppState::kUnknown);
    EXPECT_FALSE(context.last_foreground);
    EXPECT_FALSE(context.since_job);
}

TEST_F(DirectoryTest, SurvivesAnyPacketTime) {
    apply({lease(0s, true), connect(100s, "com.x")});
    Observation seen = describe(0s);
    for (const Timestamp time : {Timestamp::min(), Timestamp::max()}) {
        seen.start = seen.last = time;
        directory.describe(seen, AppGroupId::kNone, TagRuleId::kNone);
        EXPECT_EQ(seen.attribution.app, "");
    }
}

}  // namespace
}  // namespace sensor::attribute
