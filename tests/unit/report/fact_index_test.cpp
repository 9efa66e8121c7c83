#include "sensor/report/fact_index.h"

#include <gtest/gtest.h>

namespace sensor::report {
namespace {

TEST(FactIndex, HasTheFirstAndTheLastOfEach) {
    Observation session;
    session.facts = {{Fact::kTlsVersion, "TLS 1.3"},
                     {Fact::kTlsSni, "a.example"},
                     {Fact::kTlsVersion, "TLS 1.2"},
                     {Fact::kPrintableToClient, "0.5"}};
    const FactIndex facts{session};

    EXPECT_EQ(facts.first(Fact::kTlsVersion), "TLS 1.3");
    EXPECT_EQ(facts.last(Fact::kTlsVersion), "TLS 1.2");
    EXPECT_EQ(facts.first(Fact::kTlsSni), "a.example");
    EXPECT_EQ(facts.last(Fact::kTlsSni), "a.example");
    EXPECT_EQ(facts.last(Fact::kPrintableToClient), "0.5");
}

TEST(FactIndex, TellsAnEmptyValueFromNone) {
    Observation session;
    session.facts = {{Fact::kMqttClientId, ""}, {Fact::kMqttClientId, "later"}};
    const FactIndex facts{session};

    EXPECT_TRUE(facts.has(Fact::kMqttClientId));
    EXPECT_EQ(facts.first(Fact::kMqttClientId), "");
    EXPECT_EQ(facts.last(Fact::kMqttClientId), "later");
    EXPECT_FALSE(facts.has(Fact::kTlsSni));
    EXPECT_EQ(facts.first(Fact::kTlsSni), "");
    EXPECT_EQ(facts.last(Fact::kTlsSni), "");
}

TEST(FactIndex, HasAnyOfSeveral) {
    Observation session;
    session.facts = {{Fact::kDnsType, "A"}};
    const FactIndex facts{session};

    EXPECT_TRUE(facts.has_any({Fact::kDnsName, Fact::kDnsType}));
    EXPECT_FALSE(facts.has_any({Fact::kDnsName, Fact::kTlsSni}));
    EXPECT_FALSE(FactIndex{Observation{}}.has_any({Fact::kTlsVersion, Fact::kPrintableToClient}));
}

}  // namespace
}  // namespace sensor::report
