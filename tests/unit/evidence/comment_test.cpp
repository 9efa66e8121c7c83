#include "sensor/evidence/comment.h"

#include <gtest/gtest.h>

namespace sensor::evidence {
namespace {

Finding finding() {
    Finding finding;
    finding.id = "0123456789abcdef";
    finding.revision = 2;
    finding.kind = FindingKind::kPortMismatch;
    finding.severity = Severity::kHigh;
    finding.score = 75;
    finding.session.protocol = "ssh";
    finding.session.transport = Transport::kTcp;
    finding.session.server.port = PortNumber{7878};
    finding.session.attribution.app = "com.example.evil";
    finding.session.attribution.device = "phone-7";
    return finding;
}

TEST(Comment, NamesTheFindingTheAppTheDeviceAndTheScore) {
    EXPECT_EQ(
        comment_of(finding()),
        "offport finding 0123456789abcdef revision 2: port-mismatch, severity high, score 75; "
        "ssh on tcp/7878; app com.example.evil; device phone-7");
}

TEST(Comment, WhatIsNotKnownIsUnknown) {
    Finding unknown = finding();
    unknown.session.attribution = {};
    EXPECT_TRUE(comment_of(unknown).ends_with("; app unknown; device unknown"));
    unknown.session.attribution.app_group = "crm";
    EXPECT_TRUE(comment_of(unknown).ends_with("; app group crm; device unknown"));
}

TEST(Comment, IsOneLineOfUtf8WhateverNamesAre) {
    Finding odd = finding();
    odd.session.attribution.app = "a\nb\xff\xc3\xa9\x1b[2J";
    EXPECT_TRUE(comment_of(odd).ends_with("; app a?b?\xc3\xa9?[2J; device phone-7"));
}

}  // namespace
}  // namespace sensor::evidence
