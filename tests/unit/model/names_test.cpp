// Every enumerator that people and metrics see has a name of its own.
#include <set>

#include <gtest/gtest.h>

#include "sensor/model/finding.h"
#include "sensor/model/packet.h"

namespace sensor {
namespace {

template <class Enum>
void expect_distinct_names(Enum last) {
    std::set<std::string_view> names;
    for (unsigned value = 0; value <= static_cast<unsigned>(last); ++value) {
        const auto name = name_of(static_cast<Enum>(value));
        EXPECT_NE(name, "invalid");
        EXPECT_TRUE(names.insert(name).second) << name;
    }
    EXPECT_EQ(name_of(static_cast<Enum>(static_cast<unsigned>(last) + 1)), "invalid");
}

TEST(Names, AreDistinct) {
    expect_distinct_names(DecodeStatus::kWirelessAggregate);
    expect_distinct_names(FindingKind::kRelay);
    expect_distinct_names(FindingStatus::kClosed);
    expect_distinct_names(Severity::kHigh);
    expect_distinct_names(AttributionMethod::kNone);
    expect_distinct_names(AttributionConfidence::kHigh);
    expect_distinct_names(Platform::kIos);
    expect_distinct_names(Tristate::kYes);
    expect_distinct_names(AppState::kBackground);
    expect_distinct_names(Confirmed::kBoth);
    expect_distinct_names(EndReason::kTraceEnd);
}

TEST(Names, OfTransportsAreThoseOfEve) {
    EXPECT_EQ(name_of(Transport::kTcp), "TCP");
    EXPECT_EQ(name_of(Transport::kUdp), "UDP");
    EXPECT_EQ(name_of(Transport::kNone), "none");
}

TEST(EveSeverity, CountsDownFromTheMildest) {
    EXPECT_EQ(eve_severity(Severity::kHigh), 1);
    EXPECT_EQ(eve_severity(Severity::kMedium), 2);
    EXPECT_EQ(eve_severity(Severity::kLow), 3);
    EXPECT_EQ(eve_severity(Severity::kInfo), 4);
}

TEST(Observation, FindsTheFirstValueOfAFact) {
    Observation seen;
    seen.facts = {{Fact::kTlsSni, "first"}, {Fact::kTlsSni, "second"}};

    EXPECT_EQ(seen.fact(Fact::kTlsSni), "first");
    EXPECT_EQ(seen.fact(Fact::kHttpHost), "");
}

}  // namespace
}  // namespace sensor
