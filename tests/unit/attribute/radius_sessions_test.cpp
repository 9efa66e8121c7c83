#include "sensor/attribute/feeds/radius_sessions.h"

#include <gtest/gtest.h>

namespace sensor::attribute::feeds::radius {
namespace {

using namespace std::chrono_literals;

constexpr Timestamp kNoon{1'790'000'000s};
const Address kFirst = *parse_address("10.20.1.14");
const Address kSecond = *parse_address("10.20.1.15");
const Address kIpv6 = *parse_address("2001:db8::7");

Accounting told(Status status, std::vector<Address> addresses = {},
                std::string device = "mac:a1b2c3d4e5f6", std::string session = "0A") {
    Accounting accounting;
    accounting.status = status;
    accounting.nas = "192.0.2.1";
    accounting.session = std::move(session);
    accounting.addresses = std::move(addresses);
    accounting.device = std::move(device);
    return accounting;
}
Accounting without_device(Status status) {
    return told(status, {}, "");
}

/// "+10.20.1.14@0 mac:a1b2c3d4e5f6", with the seconds since noon; a "d" for what is told of a
/// device.
std::vector<std::string> texts(const std::vector<IdentityEvent>& events) {
    std::vector<std::string> all;
    for (const IdentityEvent& event : events) {
        const auto* lease = std::get_if<LeaseFact>(&event.fact);
        std::string text = "d";
        if (lease != nullptr) text = (lease->granted ? "+" : "-") + to_string(lease->address);
        const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(event.time - kNoon);
        all.push_back(text + "@" + std::to_string(seconds.count()) + " " + event.device);
    }
    return all;
}
using Texts = std::vector<std::string>;

TEST(RadiusSessions, AStartGrantsAndAStopReleases) {
    SessionBook book{16};
    EXPECT_EQ(texts(book.apply(told(Status::kStart, {kFirst}), kNoon)),
              Texts{"+10.20.1.14@0 mac:a1b2c3d4e5f6"});
    // Neither the address nor the device need be named again.
    EXPECT_EQ(texts(book.apply(without_device(Status::kStop), kNoon + 60s)),
              Texts{"-10.20.1.14@60 mac:a1b2c3d4e5f6"});
}

TEST(RadiusSessions, TheAppGroupIsTheLeases) {
    SessionBook book{16};
    Accounting start = told(Status::kStart, {kFirst});
    start.app_group = "office";
    const auto events = book.apply(start, kNoon);
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(std::get<LeaseFact>(events[0].fact), (LeaseFact{kFirst, true, "office"}));
    EXPECT_EQ(events[0].source, "radius");
}

TEST(RadiusSessions, AnInterimBringsTheAddressFirst) {
    SessionBook book{16};
    EXPECT_EQ(texts(book.apply(told(Status::kStart), kNoon)), Texts{});
    EXPECT_EQ(texts(book.apply(told(Status::kInterim, {kFirst}), kNoon + 5s)),
              Texts{"+10.20.1.14@5 mac:a1b2c3d4e5f6"});
    // The next says nothing new.
    EXPECT_EQ(texts(book.apply(told(Status::kInterim, {kFirst}), kNoon + 65s)), Texts{});
}

TEST(RadiusSessions, AnInterimOfASessionThatNobodySawBeginWillDo) {
    SessionBook book{16};
    EXPECT_EQ(texts(book.apply(told(Status::kInterim, {kFirst}), kNoon)),
              Texts{"+10.20.1.14@0 mac:a1b2c3d4e5f6"});
}

TEST(RadiusSessions, ANewAddressStandsForTheOldOneOfItsFamily) {
    SessionBook book{16};
    static_cast<void>(book.apply(told(Status::kStart, {kFirst, kIpv6}), kNoon));
    EXPECT_EQ(texts(book.apply(told(Status::kInterim, {kSecond}), kNoon + 5s)),
              (Texts{"+10.20.1.15@5 mac:a1b2c3d4e5f6", "-10.20.1.14@5 mac:a1b2c3d4e5f6"}));
    EXPECT_EQ(texts(book.apply(told(Status::kStop), kNoon + 9s)),
              (Texts{"-2001:db8::7@9 mac:a1b2c3d4e5f6", "-10.20.1.15@9 mac:a1b2c3d4e5f6"}));
}

TEST(RadiusSessions, AnOlderInterimTellsOfTheTimeBefore) {
    SessionBook book{16};
    static_cast<void>(book.apply(told(Status::kInterim, {kSecond}), kNoon + 60s));
    EXPECT_EQ(texts(book.apply(told(Status::kInterim, {kFirst}), kNoon)),
              (Texts{"+10.20.1.14@0 mac:a1b2c3d4e5f6", "-10.20.1.14@60 mac:a1b2c3d4e5f6"}));
    EXPECT_EQ(texts(book.apply(told(Status::kStop), kNoon + 90s)),
              Texts{"-10.20.1.15@90 mac:a1b2c3d4e5f6"});
}

TEST(RadiusSessions, AStopThatOvertookItsStartEndsTheLease) {
    SessionBook book{16};
    EXPECT_EQ(texts(book.apply(without_device(Status::kStop), kNoon + 60s)), Texts{});
    EXPECT_EQ(texts(book.apply(told(Status::kStart, {kFirst}), kNoon)),
              (Texts{"+10.20.1.14@0 mac:a1b2c3d4e5f6", "-10.20.1.14@60 mac:a1b2c3d4e5f6"}));
}

TEST(RadiusSessions, AStopAloneReleasesWhatItNames) {
    SessionBook book{16};
    EXPECT_EQ(texts(book.apply(told(Status::kStop, {kFirst}), kNoon)),
              Texts{"-10.20.1.14@0 mac:a1b2c3d4e5f6"});
}

TEST(RadiusSessions, ASessionIdMayComeAgain) {
    SessionBook book{16};
    static_cast<void>(book.apply(told(Status::kStart, {kFirst}), kNoon));
    static_cast<void>(book.apply(told(Status::kStop), kNoon + 60s));
    EXPECT_EQ(texts(book.apply(told(Status::kStart, {kSecond}, "mac:000000000002"), kNoon + 90s)),
              Texts{"+10.20.1.15@90 mac:000000000002"});
    EXPECT_EQ(texts(book.apply(told(Status::kStop, {}, ""), kNoon + 99s)),
              Texts{"-10.20.1.15@99 mac:000000000002"});
}

TEST(RadiusSessions, AnotherDeviceUnderTheSameSessionIdIsAnotherSession) {
    SessionBook book{16};
    static_cast<void>(book.apply(told(Status::kStart, {kFirst}), kNoon));
    EXPECT_EQ(texts(book.apply(told(Status::kStart, {kSecond}, "mac:000000000002"), kNoon + 90s)),
              (Texts{"-10.20.1.14@90 mac:a1b2c3d4e5f6", "+10.20.1.15@90 mac:000000000002"}));
}

TEST(RadiusSessions, ALateStopLeavesTheNewerSessionItsAddress) {
    SessionBook book{16};
    static_cast<void>(book.apply(told(Status::kStart, {kFirst}), kNoon));
    static_cast<void>(
        book.apply(told(Status::kStart, {kFirst}, "mac:a1b2c3d4e5f6", "0B"), kNoon + 60s));
    EXPECT_EQ(texts(book.apply(told(Status::kStop), kNoon + 61s)), Texts{});
    EXPECT_EQ(texts(book.apply(told(Status::kStop, {}, "", "0B"), kNoon + 90s)),
              Texts{"-10.20.1.14@90 mac:a1b2c3d4e5f6"});
}

TEST(RadiusSessions, AccountingOffEndsAllOfItsNas) {
    SessionBook book{16};
    static_cast<void>(book.apply(told(Status::kStart, {kFirst}), kNoon));
    static_cast<void>(
        book.apply(told(Status::kStart, {kSecond}, "mac:000000000002", "0B"), kNoon + 1s));
    Accounting elsewhere = told(Status::kStart, {kIpv6}, "mac:000000000003");
    elsewhere.nas = "192.0.2.2";
    static_cast<void>(book.apply(elsewhere, kNoon));

    EXPECT_EQ(texts(book.apply(told(Status::kOff, {}, "", ""), kNoon + 60s)),
              (Texts{"-10.20.1.14@60 mac:a1b2c3d4e5f6", "-10.20.1.15@60 mac:000000000002"}));
    EXPECT_EQ(texts(book.apply(told(Status::kOn, {}, "", ""), kNoon + 90s)), Texts{});
    elsewhere.status = Status::kStop;
    EXPECT_EQ(texts(book.apply(elsewhere, kNoon + 95s)), Texts{"-2001:db8::7@95 mac:000000000003"});
}

TEST(RadiusSessions, AccountingOffOfOneServiceLeavesTheOthers) {
    SessionBook book{16};
    Accounting office = told(Status::kStart, {kFirst});
    office.service = "00-11-22-33-44-55:office";
    Accounting guests = told(Status::kStart, {kSecond}, "mac:000000000002", "0B");
    guests.service = "00-11-22-33-44-55:guests";
    static_cast<void>(book.apply(office, kNoon));
    static_cast<void>(book.apply(guests, kNoon));
    Accounting off = told(Status::kOff, {}, "", "");
    off.service = guests.service;
    EXPECT_EQ(texts(book.apply(off, kNoon + 60s)), Texts{"-10.20.1.15@60 mac:000000000002"});
}

TEST(RadiusSessions, AStartThatAccountingOffOvertookEndsWithIt) {
    SessionBook book{16};
    static_cast<void>(book.apply(told(Status::kOff, {}, "", ""), kNoon + 60s));
    EXPECT_EQ(texts(book.apply(told(Status::kStart, {kFirst}), kNoon)),
              (Texts{"+10.20.1.14@0 mac:a1b2c3d4e5f6", "-10.20.1.14@60 mac:a1b2c3d4e5f6"}));
    EXPECT_EQ(texts(book.apply(told(Status::kStart, {kSecond}, "mac:000000000002"), kNoon + 61s)),
              Texts{"+10.20.1.15@61 mac:000000000002"});
}

TEST(RadiusSessions, ASessionBegunAfterAccountingOffGoesOn) {
    SessionBook book{16};
    static_cast<void>(book.apply(told(Status::kStart, {kFirst}), kNoon + 61s));
    EXPECT_EQ(texts(book.apply(told(Status::kOff, {}, "", ""), kNoon + 60s)), Texts{});
}

TEST(RadiusSessions, WhatIsKnownOfADeviceIsToldOnce) {
    SessionBook book{16};
    Accounting start = told(Status::kStart, {}, "udid:ab12");
    start.fact.user = "a@ex.org";
    start.fact.platform = Platform::kAndroid;
    start.fact.also_known_as = {"mac:a1b2c3d4e5f6"};
    const auto events = book.apply(start, kNoon);
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(std::get<DeviceFact>(events[0].fact), start.fact);
    EXPECT_EQ(events[0].device, "udid:ab12");
    start.status = Status::kInterim;
    EXPECT_TRUE(book.apply(start, kNoon + 60s).empty());
    // An Interim without the pairs names the device by its MAC: the same device.
    EXPECT_TRUE(book.apply(told(Status::kInterim), kNoon + 61s).empty());
    EXPECT_EQ(texts(book.apply(told(Status::kInterim, {kFirst}), kNoon + 62s)),
              Texts{"+10.20.1.14@62 udid:ab12"});
}

TEST(RadiusSessions, ABetterIdThanTheUsersNameTakesTheLeaseOver) {
    SessionBook book{16};
    static_cast<void>(book.apply(told(Status::kStart, {kFirst}, "user:bob"), kNoon));
    EXPECT_EQ(texts(book.apply(told(Status::kInterim, {kFirst}), kNoon + 5s)),
              (Texts{"-10.20.1.14@5 user:bob", "+10.20.1.14@5 mac:a1b2c3d4e5f6"}));
    // And the user is no id of the device.
    EXPECT_TRUE(book.apply(told(Status::kInterim, {kFirst}, "user:bob"), kNoon + 9s).empty());
}

TEST(RadiusSessions, WithoutADeviceNothingIsTold) {
    SessionBook book{16};
    EXPECT_EQ(texts(book.apply(told(Status::kStart, {kFirst}, ""), kNoon)), Texts{});
    EXPECT_EQ(texts(book.apply(told(Status::kInterim, {kFirst}), kNoon + 5s)),
              Texts{"+10.20.1.14@5 mac:a1b2c3d4e5f6"});
}

TEST(RadiusSessions, HoldsSoManyAndNoMore) {
    SessionBook book{4};
    for (std::uint32_t i = 0; i < 10; ++i) {
        static_cast<void>(book.apply(told(Status::kStart, {ipv4_address(0x0a000000U + i)},
                                          "mac:a1b2c3d4e5f6", std::to_string(i)),
                                     kNoon));
    }
    EXPECT_EQ(book.size(), 4U);
    EXPECT_EQ(book.evicted(), 6U);
}

TEST(RadiusSessions, WhatIsTakenBackIsToldAgain) {
    SessionBook book{16};
    const Accounting start = told(Status::kStart, {kFirst});
    const Texts grant{"+10.20.1.14@0 mac:a1b2c3d4e5f6"};
    EXPECT_EQ(texts(book.apply(start, kNoon)), grant);
    book.undo();
    EXPECT_EQ(texts(book.apply(start, kNoon)), grant);
    book.keep();
    const Texts release{"-10.20.1.14@60 mac:a1b2c3d4e5f6"};
    EXPECT_EQ(texts(book.apply(told(Status::kStop), kNoon + 60s)), release);
    book.undo();
    EXPECT_EQ(texts(book.apply(told(Status::kOff, {}, "", ""), kNoon + 60s)), release);
    book.undo();
    EXPECT_EQ(texts(book.apply(told(Status::kStop), kNoon + 60s)), release);
    book.undo();
    // Several at once, in the order against that in which they came.
    static_cast<void>(book.apply(told(Status::kStop), kNoon + 60s));
    static_cast<void>(book.apply(start, kNoon + 70s));
    static_cast<void>(book.apply(told(Status::kOff, {}, "", ""), kNoon + 80s));
    book.undo();
    EXPECT_EQ(texts(book.apply(told(Status::kStop), kNoon + 60s)), release);
}

}  // namespace
}  // namespace sensor::attribute::feeds::radius
