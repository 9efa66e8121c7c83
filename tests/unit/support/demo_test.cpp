#include <set>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "lib/digest/digest.h"
#include "lib/json/json.h"
#include "sensor/decode/decoder.h"
#include "tests/demo/stories.h"

namespace demo {
namespace {

TEST(Demo, IsTheSameOnEveryRun) {
    const Scene first = play();
    const Scene second = play();

    EXPECT_EQ(digest::sha256(first.trace.file()), digest::sha256(second.trace.file()));
    EXPECT_EQ(first.identity.text(), second.identity.text());
}

TEST(Demo, IsSmallEnoughToShip) {
    const Scene scene = play();

    EXPECT_GT(scene.trace.size(), 3000U);
    EXPECT_LT(scene.trace.file().size(), 3'000'000U);
}

TEST(Demo, HoldsNoFrameThatCannotBeDecoded) {
    for (const traffic::Packet& packet : play().trace.sorted()) {
        sensor::DecodedPacket decoded;
        sensor::decode::decode(packet.frame, sensor::LinkType::kEthernet, {}, decoded);
        ASSERT_EQ(decoded.status, sensor::DecodeStatus::kOk);
        ASSERT_LE(packet.frame.size(), 1514U);
    }
}

TEST(Demo, NamesTwelveAppsOnFiveDevicesInOrderOfTime) {
    std::set<std::string, std::less<>> devices;
    std::set<std::string, std::less<>> apps;
    std::string last;
    std::istringstream lines{play().identity.text()};
    for (std::string line; std::getline(lines, line);) {
        const auto event = json::Document::parse(line);
        ASSERT_TRUE(event) << line;
        const std::string time{event->root().find("ts")->text().value()};
        EXPECT_LE(last, time);
        last = time;
        devices.emplace(event->root().find("device_id")->text().value());
        if (const auto app = event->root().find("app")) apps.emplace(app->text().value());
    }

    EXPECT_EQ(devices.size(), 5U);
    EXPECT_GE(apps.size(), 12U);
}

}  // namespace
}  // namespace demo
