// A phone, its events, and a directory that hears them.
#pragma once

#include <gtest/gtest.h>

#include "sensor/attribute/directory.h"

namespace sensor::attribute {

using namespace std::chrono_literals;

constexpr Timestamp kSeven{std::chrono::sys_days{std::chrono::year{2026} / 9 / 21} + 7h};
inline const Address kPhone = ipv4_address(0x0a14010e);
inline const Endpoint kServer{ipv4_address(0xc6336407), PortNumber{7878}};
inline const std::string kDevice = "serial:R5CT1";

constexpr auto kOffice = AppGroupId{1};
constexpr auto kCrm = AppGroupId{2};
constexpr auto kGuests = AppGroupId{3};

inline IdentityConfig configuration() {
    IdentityConfig config;
    config.groups = {{"office", {"mail", "chat"}}, {"crm", {"crm.app"}}, {"guests", {}}};
    config.rule_texts = {"vlan 110"};
    return config;
}
inline IdentityEvent event(Duration after_seven, IdentityFact fact,
                           const std::string& device = kDevice) {
    return {kSeven + after_seven, device, "test", std::move(fact)};
}
inline IdentityEvent lease(Duration after_seven, bool granted, const std::string& device = kDevice,
                           const std::string& group = "") {
    return event(after_seven, LeaseFact{kPhone, granted, group}, device);
}
inline IdentityEvent connect(Duration after_seven, const std::string& app) {
    return event(after_seven, ConnectFact{app, kServer, Transport::kTcp});
}
inline IdentityEvent state(Duration after_seven, const std::string& app, AppState value) {
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

}  // namespace sensor::attribute
