#include "sensor/attribute/directory.h"

#include <algorithm>
#include <random>

#include "tests/support/eal_environment.h"

namespace sensor::attribute {
namespace {

using namespace std::chrono_literals;

constexpr Timestamp kSeven{std::chrono::sys_days{std::chrono::year{2026} / 9 / 21} + 7h};
const Address kPhone = ipv4_address(0x0a14010e);
const Endpoint kServer{ipv4_address(0xc6336407), PortNumber{7878}};
const std::string kDevice = "serial:R5CT1";

constexpr auto kOffice = AppGroupId{1};
constexpr auto kCrm = AppGroupId{2};
constexpr auto kGuests = AppGroupId{3};

IdentityConfig configuration() {
    IdentityConfig config;
    config.groups = {{"office", {"mail", "chat"}}, {"crm", {"crm.app"}}, {"guests", {}}};
    config.rule_texts = {"vlan 110"};
    return config;
}
IdentityEvent event(Duration after_seven, IdentityFact fact, const std::string& device = kDevice) {
    return {kSeven + after_seven, device, "test", std::move(fact)};
}
IdentityEvent lease(Duration after_seven, bool granted, const std::string& device = kDevice,
                    const std::string& group = "") {
    return event(after_seven, LeaseFact{kPhone, granted, group}, device);
}
IdentityEvent connect(Duration after_seven, const std::string& app) {
    return event(after_seven, ConnectFact{app, kServer, Transport::kTcp});
}
IdentityEvent state(Duration after_seven, const std::string& app, AppState value) {
    return event(after_seven, AppStateFact{app, value});
}

class DirectoryTest : public testing::Test {
  protected:
    void apply(const std::vector<IdentityEvent>& events) {
        for (const IdentityEvent& each : events)
            directory.apply(each);
    }
    [[nodiscard]] Observation describe(Duration start, AppGroupId group = AppGroupId::kNone,
                                       Duration lasting = 1min) const {
        return describe(directory, start, group, lasting);
    }
    static Observation describe(const Directory& from, Duration start, AppGroupId group,
                                Duration lasting = 1min) {
        Observation observation;
        observation.client = {kPhone, PortNumber{50000}};
        observation.server = kServer;
        observation.transport = Transport::kTcp;
        observation.start = kSeven + start;
        observation.last = observation.start + lasting;
        from.describe(observation, group, TagRuleId::kNone);
        return observation;
    }
    [[nodiscard]] std::uint64_t count(DirectoryCounter name) const {
        return directory.counters()[name];
    }

    IdentityConfig config = configuration();
    Directory directory{config, {}};
};

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

TEST_F(DirectoryTest, DuplicatesChangeNothing) {
    const std::vector<IdentityEvent> events{lease(0s, true), event(1s, LockFact{true}),
                                            connect(100s, "com.x")};
    apply(events);
    apply(events);

    EXPECT_EQ(count(DirectoryCounter::kApplied), 3U);
    EXPECT_EQ(count(DirectoryCounter::kDuplicates), 3U);
    EXPECT_EQ(directory.events(), 2U);
    EXPECT_EQ(describe(100s).attribution.confidence, AttributionConfidence::kHigh);
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

/// Everything describe() says, in words that can be compared.
std::vector<std::string> answers(const Directory& directory, const Observation& question) {
    std::vector<std::string> all;
    Observation asked = question;
    directory.describe(asked, kOffice, TagRuleId::kNone);
    const Attribution& who = asked.attribution;
    const DeviceContext& context = asked.context;
    const auto time = [](const std::optional<Timestamp>& at) {
        return at ? std::to_string(nanoseconds_of(*at)) : "never";
    };
    const auto span = [](const std::optional<Duration>& length) {
        return length ? std::to_string(length->count()) : "unknown";
    };
    all.insert(all.end(), {who.device, who.device_name, who.user, who.app});
    all.emplace_back(name_of(who.method));
    all.emplace_back(name_of(who.confidence));
    all.emplace_back(name_of(context.app_state));
    all.insert(all.end(), {time(context.app_state_since), time(context.last_foreground)});
    all.emplace_back(name_of(context.locked));
    all.insert(all.end(), {time(context.locked_since), span(context.since_interaction),
                           span(context.since_job), context.job});
    for (const Tristate value : {context.managed, context.supervised, context.compliant,
                                 context.app_managed, context.app_approved}) {
        all.emplace_back(name_of(value));
    }
    return all;
}

/// Events of three devices that share an address, many of them at the same moments.
std::vector<IdentityEvent> random_events(std::mt19937& random) {
    const auto pick = [&](int bound) { return static_cast<int>(random() % unsigned(bound)); };
    std::vector<IdentityEvent> events;
    for (int i = 0; i < 300; ++i) {
        const Duration at = std::chrono::seconds{pick(100)};
        const std::string device = "device-" + std::to_string(pick(3));
        const std::string app = pick(2) == 0 ? "mail" : "chat";
        const auto tristate = [&] { return static_cast<Tristate>(pick(3)); };
        const IdentityFact facts[] = {
            DeviceFact{"name-" + std::to_string(pick(3)), "", Platform::kIos, tristate(),
                       tristate(), tristate()},
            LeaseFact{kPhone, pick(3) != 0, ""},
            LockFact{pick(2) == 0},
            AppStateFact{app, pick(2) == 0 ? AppState::kForeground : AppState::kBackground},
            InteractionFact{},
            JobFact{app, "job-" + std::to_string(pick(3))},
            ConnectFact{app, kServer, Transport::kTcp},
            AppFact{app, tristate(), tristate()},
        };
        events.push_back(event(at, facts[pick(8)], device));
    }
    return events;
}

TEST_F(DirectoryTest, TheOrderOfArrivalDoesNotMatter) {
    config.clock_skew = 1s;
    std::mt19937 random{7};
    std::vector<IdentityEvent> events = random_events(random);
    // Bounds so tight that events must be dropped, too.
    const Directory::Limits tight{
        .devices = 3, .events_per_kind = 20, .events = 150, .leases = {8, 40}};
    for (const auto& limits : {Directory::Limits{}, tight}) {
        std::ranges::stable_sort(events, {}, &IdentityEvent::time);
        Directory in_order{config, limits};
        for (const IdentityEvent& each : events)
            in_order.apply(each);
        for (int round = 0; round < 20; ++round) {
            std::ranges::shuffle(events, random);
            Directory shuffled{config, limits};
            for (const IdentityEvent& each : events)
                shuffled.apply(each);
            ASSERT_EQ(shuffled.events(), in_order.events());
            for (int second = -1; second <= 101; ++second) {
                Observation question = describe(std::chrono::seconds{second});
                question.last = question.start + 2s;
                ASSERT_EQ(answers(shuffled, question), answers(in_order, question)) << second;
            }
        }
    }
}

TEST_F(DirectoryTest, DropsTheOldestEventsOfAKind) {
    Directory bounded{config, {.devices = 8, .events_per_kind = 3, .events = 100, .leases = {}}};
    bounded.apply(lease(0s, true));
    bounded.apply(event(1s, LockFact{true}));
    for (const auto at : {30s, 10s, 40s, 20s})
        bounded.apply(event(at, InteractionFact{}));

    EXPECT_EQ(bounded.counters()[DirectoryCounter::kDropped], 1U);
    EXPECT_EQ(bounded.events(), 4U);
    EXPECT_FALSE(describe(bounded, 19s, kOffice).context.since_interaction);
    EXPECT_EQ(describe(bounded, 20s, kOffice).context.since_interaction, Duration{0});
    EXPECT_EQ(describe(bounded, 19s, kOffice).context.locked, Tristate::kYes);
}

TEST_F(DirectoryTest, DropsTheOldestEventsOfAll) {
    Directory bounded{config, {.devices = 8, .events_per_kind = 100, .events = 3, .leases = {}}};
    bounded.apply(lease(0s, true));
    bounded.apply(event(10s, LockFact{true}));
    bounded.apply(event(5s, InteractionFact{}));
    bounded.apply(event(20s, LockFact{false}, "two"));
    bounded.apply(event(30s, LockFact{false}, "two"));
    bounded.apply(event(1s, LockFact{false}));

    EXPECT_EQ(bounded.counters()[DirectoryCounter::kDropped], 2U);
    EXPECT_EQ(bounded.events(), 3U);
    const DeviceContext context = describe(bounded, 15s, kOffice).context;
    EXPECT_FALSE(context.since_interaction);
    EXPECT_EQ(context.locked, Tristate::kYes);
}

TEST_F(DirectoryTest, RefusesDevicesThatFindNoRoom) {
    Directory bounded{config, {.devices = 1, .events_per_kind = 8, .events = 8, .leases = {}}};
    bounded.apply(lease(0s, true, "one"));
    bounded.apply(lease(1s, true, "two"));

    EXPECT_EQ(bounded.devices(), 1U);
    EXPECT_EQ(bounded.counters()[DirectoryCounter::kRefused], 1U);
    EXPECT_EQ(describe(bounded, 2s, kOffice).attribution.device, "one");
}

TEST_F(DirectoryTest, PublishesLeasesToTheWorkers) {
    ASSERT_NE(test::eal(), nullptr);
    dpdk::Quiescence quiescence{1};
    auto table = LeaseTable::create("workers", 1, quiescence);
    ASSERT_TRUE(table) << table.error().message;
    Directory::Limits limits;
    limits.leases.addresses = 1;
    Directory publishing{config, limits, &*table};

    publishing.apply(lease(10s, true, kDevice, "crm"));
    publishing.apply(lease(20s, false));

    const std::int64_t from_ns = nanoseconds_of(kSeven + 10s);
    const auto found = table->find(kPhone, from_ns);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->group, kCrm);
    EXPECT_EQ(found->to_ns, nanoseconds_of(kSeven + 20s));
    EXPECT_FALSE(table->find(kPhone, from_ns - 1));

    const Address other = ipv4_address(1);
    publishing.apply(event(30s, LeaseFact{other, true, ""}));
    EXPECT_FALSE(table->find(kPhone, from_ns)) << "forgotten for the newer address";
    EXPECT_TRUE(table->find(other, nanoseconds_of(kSeven + 30s)));
    EXPECT_EQ(publishing.counters()[DirectoryCounter::kUnpublished], 0U);
}

}  // namespace
}  // namespace sensor::attribute
