// What the directory keeps of events: however they come, within its bounds, and for the workers.
#include <algorithm>
#include <random>

#include "tests/support/eal_environment.h"
#include "tests/unit/attribute/directory_events.h"

namespace sensor::attribute {
namespace {

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
            ProcessFact{app, ""},
        };
        events.push_back(event(at, facts[pick(9)], device));
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
