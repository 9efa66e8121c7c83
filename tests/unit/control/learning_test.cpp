#include "sensor/control/review/learning.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "sensor/judge/policy_load.h"

namespace sensor::control {
namespace {

/// The shipped configuration with another policy; a group `office` is known, of two apps.
Configuration with(const std::string& policy) {
    yaml::Problems problems;
    Configuration configuration = *load_configuration(std::nullopt, Timestamp{}, problems);
    configuration.identity.groups = {{"office", {"com.a", "com.b"}}};
    const judge::Vocabulary words{.protocols = configuration.protocol_names,
                                  .app_groups = {"office"}};
    auto read = judge::load_policy_text(policy, "p.yaml", words, Timestamp{}, problems);
    EXPECT_TRUE(read) << policy;
    if (read) configuration.policy = std::move(*read);
    return configuration;
}

/// A session that nothing speaks against but that no rule allows it.
Observation session_of(const std::string& device, const std::string& app = "com.a") {
    Observation session;
    session.protocol = "tls";
    session.transport = Transport::kTcp;
    session.confirmed = Confirmed::kBoth;
    session.client = {*parse_address("10.0.0.1"), PortNumber{40000}};
    session.server = {*parse_address("198.51.100.1"), PortNumber{4444}};
    session.attribution.device = device;
    session.attribution.app = app;
    return session;
}

Observation in_background(Observation session) {
    session.context.app_state = AppState::kBackground;
    return session;
}

Observation in_foreground(Observation session) {
    session.context.app_state = AppState::kForeground;
    return session;
}

/// A learning of its own, with what it needs.
class Lesson {
  public:
    explicit Lesson(const std::string& policy = "TimeWindow: 1h", LearnOptions options = {})
        : configuration_{with(policy)}, options_{options} {}

    void take(const Observation& session, int times = 1) {
        for (int i = 0; i < times; ++i)
            learning_.take(session);
    }
    /// Of sessions of two devices.
    void take_of_two(Observation session, int times) {
        for (const char* device : {"A", "B"}) {
            session.attribution.device = device;
            take(session, times);
        }
    }
    Learned finish() { return learning_.finish(); }

  private:
    Configuration configuration_;
    LearnOptions options_;
    Learning learning_{configuration_, options_};
};

/// The note of the only pair, which was left out for `reason`.
std::string note_of(const Learned& learned, LeftOut reason) {
    EXPECT_TRUE(learned.learned.empty());
    const auto items = learned.left_out.find(reason);
    if (items == learned.left_out.end() || items->second.size() != 1) {
        ADD_FAILURE() << "left out for another reason";
        return {};
    }
    return items->second[0].note;
}

TEST(Learning, LearnsWhatEnoughDevicesDo) {
    Lesson lesson;
    lesson.take_of_two(session_of(""), 2);

    const Learned learned = lesson.finish();

    ASSERT_EQ(learned.learned.size(), 1U);
    EXPECT_EQ(learned.learned[0].support.devices, 2U);
    EXPECT_EQ(learned.learned[0].support.sessions, 4U);
    EXPECT_EQ(learned.learned[0].note, "");
    EXPECT_TRUE(learned.left_out.empty());
}

TEST(Learning, LeavesOutBeaconsWhateverTheirDestinationsAndIntervals) {
    Lesson lesson;
    for (int i = 0; i < 40; ++i) {
        Observation session = in_background(session_of(""));
        session.server.address = *parse_address("203.0.113." + std::to_string(i + 1));
        session.start += std::chrono::seconds{i * i * 97};
        lesson.take_of_two(session, 1);
    }

    EXPECT_EQ(note_of(lesson.finish(), LeftOut::kBackground),
              "unattended: 80 of 80 sessions of which it is known");
}

TEST(Learning, LeavesOutWhateverBeginsWhileNobodyUsesTheApp) {
    const auto told = [](auto change) {
        Observation session = session_of("");
        change(session.context);
        Lesson lesson;
        lesson.take_of_two(session, 4);
        return lesson.finish().left_out.contains(LeftOut::kBackground);
    };
    using std::chrono::minutes;

    EXPECT_TRUE(told([](auto& context) { context.locked = Tristate::kYes; }));
    EXPECT_TRUE(told([](auto& context) { context.since_interaction = minutes{11}; }));
    EXPECT_TRUE(told([](auto& context) { context.since_job = minutes{5}; }));
    EXPECT_TRUE(told([](auto& context) {
        context.app_state = AppState::kForeground;
        context.locked = Tristate::kYes;
    }));
    EXPECT_FALSE(told([](auto& context) { context.locked = Tristate::kNo; }));
    EXPECT_FALSE(told([](auto& context) { context.since_interaction = minutes{10}; }));
    EXPECT_FALSE(told([](auto& context) { context.since_job = minutes{6}; }));
    EXPECT_FALSE(told([](auto& context) {
        context.since_job = minutes{1};
        context.app_state = AppState::kForeground;
    }));
}

TEST(Learning, CountsWhatIsNotKnownNeitherWay) {
    Lesson few;
    few.take_of_two(session_of(""), 100);
    few.take(in_background(session_of("A")), 3);
    EXPECT_EQ(few.finish().learned.size(), 1U);

    Lesson enough;
    enough.take_of_two(session_of(""), 100);
    enough.take(in_background(session_of("A")), 4);
    EXPECT_EQ(note_of(enough.finish(), LeftOut::kBackground),
              "unattended: 4 of 4 sessions of which it is known");
}

TEST(Learning, WeighsEachDeviceAlone) {
    Lesson one_is_infected;
    one_is_infected.take_of_two(in_foreground(session_of("")), 50);
    one_is_infected.take(in_background(session_of("C")), 4);
    EXPECT_EQ(note_of(one_is_infected.finish(), LeftOut::kBackground),
              "unattended: 4 of 4 sessions of which it is known on C");

    Lesson all_do_at_times;
    all_do_at_times.take_of_two(in_foreground(session_of("")), 6);
    all_do_at_times.take_of_two(in_background(session_of("")), 5);
    EXPECT_EQ(all_do_at_times.finish().learned.size(), 1U);
}

TEST(Learning, WeighsAllDevicesTogether) {
    Lesson lesson;
    for (const char* device : {"A", "B", "C", "D"})
        lesson.take(in_background(session_of(device)));

    EXPECT_EQ(note_of(lesson.finish(), LeftOut::kBackground),
              "unattended: 4 of 4 sessions of which it is known");
}

TEST(Learning, MarksWhatItLearnsOfTheBackgroundOnRequest) {
    Lesson lesson{"TimeWindow: 1h", {.background = true}};
    lesson.take_of_two(in_background(session_of("")), 2);

    const Learned learned = lesson.finish();

    ASSERT_EQ(learned.learned.size(), 1U);
    EXPECT_EQ(learned.learned[0].note, "unattended: 4 of 4 sessions of which it is known");
}

TEST(Learning, LeavesOutWhatItHasNoRoomToWeigh) {
    Lesson lesson;
    for (std::size_t i = 0; i < Learning::kMostClients; ++i)
        lesson.take(session_of(std::to_string(i), "com.crowd"));
    EXPECT_FALSE(lesson.finish().is_full);

    Lesson crowded;
    for (std::size_t i = 0; i < Learning::kMostClients; ++i)
        crowded.take(session_of(std::to_string(i), "com.crowd"));
    crowded.take_of_two(in_foreground(session_of("", "com.beacon")), 4);
    const Learned learned = crowded.finish();
    EXPECT_TRUE(learned.is_full);
    ASSERT_EQ(learned.learned.size(), 1U);
    EXPECT_EQ(learned.learned[0].pair.subject, "com.crowd");
    EXPECT_EQ(learned.left_out.at(LeftOut::kUnweighed)[0].pair.subject, "com.beacon");
}

TEST(Learning, LeavesOutWhatThePolicyDenies) {
    const auto note = [](const std::string& policy, bool is_group) {
        Observation session = session_of("");
        if (is_group) {
            session.attribution.app.clear();
            session.attribution.app_group = "office";
        }
        Lesson lesson{policy};
        lesson.take_of_two(session, 5);
        return note_of(lesson.finish(), LeftOut::kDenied);
    };

    EXPECT_EQ(note("apps: {com.a: {deny: [tls]}}", false), "denied by apps.com.a.deny.tls");
    EXPECT_EQ(note("apps: {com.*: {deny: [tls]}}", false), "denied by apps.com.*.deny.tls");
    EXPECT_EQ(note("roles: {r: {apps: [com.a], deny: [tls]}}", false),
              "denied by roles.r.deny.tls");
    EXPECT_EQ(note("roles: {r: {app_groups: [office], deny: [tls]}}", true),
              "denied by roles.r.deny.tls");
    EXPECT_EQ(note("apps: {com.a: {deny: [tls]}, com.b: {deny: [tls]}}", true),
              "denied by apps.com.a.deny.tls");
    // A port that is reserved as well, and one that another rule allows, do not hide it.
    EXPECT_EQ(note("apps: {com.a: {deny: [tls]}}\nReservedPorts: {tcp/4444: ssh}", false),
              "denied by apps.com.a.deny.tls");
    EXPECT_EQ(note("apps: {com.a: {allow: {tls: {tcp: 1}}}}\n"
                   "roles: {r: {apps: [com.a], deny: [tls]}}",
                   false),
              "denied by roles.r.deny.tls");
}

TEST(Learning, LearnsWhatIsDeniedToOthers) {
    for (const char* policy : {"apps: {com.b: {deny: [tls]}}", "apps: {com.a: {deny: [ssh]}}"}) {
        Lesson lesson{policy};
        lesson.take_of_two(session_of(""), 5);
        EXPECT_EQ(lesson.finish().learned.size(), 1U) << policy;
    }
}

TEST(Learning, LeavesOutMasqueradesUnlessAskedFor) {
    const std::string policy = "ReservedPorts: {tcp/4444: [ssh, http]}";
    Lesson lesson{policy};
    lesson.take_of_two(session_of(""), 5);
    EXPECT_EQ(note_of(lesson.finish(), LeftOut::kReserved), "against ReservedPorts.tcp/4444");

    Lesson asked{policy, {.reserved = true}};
    asked.take_of_two(session_of(""), 5);
    const Learned learned = asked.finish();
    ASSERT_EQ(learned.learned.size(), 1U);
    EXPECT_EQ(learned.learned[0].note, "against ReservedPorts.tcp/4444");
}

TEST(Learning, CountsAddressesAsDevicesOnRequestOnly) {
    const auto learned_of = [](LearnOptions options) {
        Lesson lesson{"TimeWindow: 1h", options};
        for (int i = 1; i <= 5; ++i) {  // one phone that was given five addresses
            Observation session = session_of("");
            session.client.address = *parse_address("10.0.0." + std::to_string(i));
            lesson.take(session);
        }
        return lesson.finish();
    };

    const Learned thin = learned_of({});
    EXPECT_EQ(note_of(thin, LeftOut::kThin), "");
    EXPECT_EQ(thin.left_out.at(LeftOut::kThin)[0].support.devices, 0U);
    EXPECT_EQ(thin.left_out.at(LeftOut::kThin)[0].support.addresses, 5U);
    EXPECT_FALSE(thin.names_devices);
    EXPECT_EQ(learned_of({.by_address = true}).learned.size(), 1U);
}

TEST(Learning, LeavesOutProtocolsAndGroupsThatNobodyKnows) {
    Observation session = session_of("");
    session.protocol = "tls\nroles: x";
    Lesson lesson;
    lesson.take_of_two(session, 5);
    note_of(lesson.finish(), LeftOut::kUnnamable);

    session = session_of("", "");
    session.attribution.app_group = "elsewhere";
    Lesson other;
    other.take_of_two(session, 5);
    note_of(other.finish(), LeftOut::kUnnamable);
}

}  // namespace
}  // namespace sensor::control
