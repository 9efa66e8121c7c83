#include "sensor/report/finding_text.h"

#include <sstream>

#include <gtest/gtest.h>

#include "tests/unit/report/samples.h"

namespace sensor::report {
namespace {

TEST(FindingText, TellsTheWholeStory) {
    EXPECT_EQ(
        render(flashlight_finding(), {}),
        "HIGH 87  TLS on tcp/8088  com.example.flashlight on phone-114 (a.berg@example.org)\n"
        "  from      10.20.1.14:40001, VLAN 110\n"
        "  to        198.51.100.20:8088 (cdn.flashlight.example)\n"
        "  expected  tls on tcp/443\n"
        "  seen      8 sessions from 07:02:11 to 07:37:12Z, every 300 s (+/- 1 s)\n"
        "  score     30  port_not_approved  AN1827.3  tls on tcp/8088 is approved on tcp/443 only\n"
        "            20  stable_recurrence  AN1827.2  8 sessions, every 300 s (+/- 1 s)\n"
        "            15  app_in_background  AN1827.4  in the background since 06:58:12Z\n"
        "            12  device_locked      AN1827.5  locked since 06:58:40Z\n"
        "            10  app_unmanaged      AN1827.8  neither managed nor on the approved list\n"
        "            --\n"
        "            87\n"
        "  rule      AllowedProtocolPortMappings.tls\n"
        "  app       named by a record of this very connection, high confidence; tag rule vlan: "
        "110\n"
        "  finding   8f14e45fceea167a, revision 3, 2026-09-21, AN1827\n");
}

TEST(FindingText, FitsEightyColumns) {
    const std::string text = render(flashlight_finding(), {.width = 80});

    EXPECT_EQ(text,
              "HIGH 87  TLS on tcp/8088\n"
              "  com.example.flashlight on phone-114 (a.berg@example.org)\n"
              "  from      10.20.1.14:40001, VLAN 110\n"
              "  to        198.51.100.20:8088 (cdn.flashlight.example)\n"
              "  expected  tls on tcp/443\n"
              "  seen      8 sessions from 07:02:11 to 07:37:12Z, every 300 s (+/- 1 s)\n"
              "  score     30  port_not_approved  AN1827.3  tls on tcp/8088 is approved on\n"
              "                                             tcp/443 only\n"
              "            20  stable_recurrence  AN1827.2  8 sessions, every 300 s (+/- 1 s)\n"
              "            15  app_in_background  AN1827.4  in the background since 06:58:12Z\n"
              "            12  device_locked      AN1827.5  locked since 06:58:40Z\n"
              "            10  app_unmanaged      AN1827.8  neither managed nor on the approved\n"
              "                                             list\n"
              "            --\n"
              "            87\n"
              "  rule      AllowedProtocolPortMappings.tls\n"
              "  app       named by a record of this very connection, high confidence; tag rule\n"
              "            vlan: 110\n"
              "  finding   8f14e45fceea167a, revision 3, 2026-09-21, AN1827\n");
}

TEST(FindingText, NamesTheTagsItCameWith) {
    Finding finding = flashlight_finding();
    finding.session.tags.vlans = {200, 31};
    finding.session.tags.vlan_count = 2;
    EXPECT_NE(render(finding, {}).find("  from      10.20.1.14:40001, VLAN 200/31\n"),
              std::string::npos);

    finding.session.tags = {};
    finding.session.tags.tunnel = TunnelKind::kVxlan;
    finding.session.tags.depth = 1;
    finding.session.tags.vni = Vni{5010};
    finding.session.tags.group_policy = 310;
    finding.session.tags.has_group_policy = 1;
    EXPECT_NE(render(finding, {}).find(", VXLAN VNI 5010, group policy 310\n"), std::string::npos);

    finding.session.tags.tunnel = TunnelKind::kGeneve;
    finding.session.tags.has_group_policy = 0;
    EXPECT_NE(render(finding, {}).find("10.20.1.14:40001, GENEVE VNI 5010\n"), std::string::npos);

    Tags& tags = finding.session.tags;
    tags = {};
    tags.vlans[0] = 110;
    tags.vlan_count = 1;
    tags.mpls_label = 17;
    tags.tunnel = TunnelKind::kGtp;
    tags.tunnel_key = 77;
    tags.nsh_path = 5;
    tags.nsh_context = 7;
    tags.has = kHasMplsLabel | kHasTunnelKey | kHasNshPath | kHasNshContext;
    EXPECT_NE(render(finding, {.width = 200})
                  .find(", VLAN 110, MPLS label 17, GTP teid 77, NSH path 5, NSH context 7\n"),
              std::string::npos);
    tags.tunnel = TunnelKind::kGre;
    tags.has = 0;
    EXPECT_NE(render(finding, {}).find(", VLAN 110, GRE\n"), std::string::npos);
}

TEST(FindingText, SaysHowTheAppIsKnown) {
    Finding finding = flashlight_finding();
    Attribution& known = finding.session.attribution;
    known.app.clear();
    known.method = AttributionMethod::kAppGroup;
    known.confidence = AttributionConfidence::kLow;

    const std::string text = render(finding, {});

    EXPECT_NE(text.find("an app of group office on phone-114"), std::string::npos);
    EXPECT_NE(text.find("  app       one of the group that the tunnel tag names, low confidence; "
                        "tag rule vlan: 110\n"),
              std::string::npos)
        << text;
}

TEST(FindingText, IsColouredOnlyWhenAsked) {
    EXPECT_EQ(render(flashlight_finding(), {}).find('\x1b'), std::string::npos);
    const std::string text = render(flashlight_finding(), {.color = true});

    EXPECT_TRUE(text.starts_with("\x1b[1;31mHIGH 87\x1b[0m  \x1b[1mTLS on tcp/8088\x1b[0m  com."));
}

TEST(FindingText, OfAFindingThatKnowsNothingStillStands) {
    EXPECT_EQ(render(Finding{}, {}),
              "INFO 0  Unknown protocol on port 0  an unknown app on ::\n"
              "  from      [::]:0\n"
              "  to        [::]:0\n"
              "  seen      1 session at 00:00:00Z\n"
              "  app       not known: no tag and no record names it\n"
              "  finding   , revision 0, 1970-01-01\n");
}

TEST(FindingText, CannotSteerTheTerminal) {
    Finding finding = flashlight_finding();
    finding.session.facts = {{Fact::kTlsSni, "\x1b]0;owned\x07"},
                             {Fact::kDestinationRequested, "a\nb:80"},
                             {Fact::kDnsName, "\xff.example"}};
    finding.session.attribution.app = "com.\x1b[31mevil";
    finding.session.attribution.user = "\u202euser";
    finding.contributions[0].detail = "line\nbreak";

    const std::string text = render(finding, {.width = 200});

    EXPECT_EQ(text.find('\x1b'), std::string::npos);
    EXPECT_NE(text.find("(\\x1b]0;owned\\x07), asked for \\xff.example, asked to reach a\\x0ab:80"),
              std::string::npos);
    EXPECT_NE(text.find("line\\x0abreak"), std::string::npos);
}

TEST(FindingText, MentionsRoleAndDoubt) {
    Finding finding = flashlight_finding();
    finding.role = "mail";
    finding.session.loss_seen = true;
    finding.session.overlap_conflict = true;

    const std::string text = render(finding, {});

    EXPECT_NE(text.find("  rule      AllowedProtocolPortMappings.tls, role mail\n"),
              std::string::npos);
    EXPECT_NE(text.find("  doubt     packets are missing from the session's first bytes; "),
              std::string::npos);
}

TEST(FindingText, SaysHowOftenItHappened) {
    Finding finding = flashlight_finding();
    EXPECT_EQ(occurrence_text(finding),
              "8 sessions from 07:02:11 to 07:37:12Z, every 300 s (+/- 1 s)");

    finding.recurrence.stable = false;
    EXPECT_EQ(occurrence_text(finding),
              "8 sessions from 07:02:11 to 07:37:12Z, typically every 300 s (+/- 1 s)");

    finding.recurrence = {.sessions = 1};
    EXPECT_EQ(occurrence_text(finding), "1 session from 07:02:11 to 07:37:12Z (35 min 1 s)");

    finding.last_seen = finding.first_seen;
    EXPECT_EQ(occurrence_text(finding), "1 session at 07:02:11Z");
}

TEST(FindingText, TellsWhatItRestsOnAndWhatRevisedIt) {
    Finding finding = flashlight_finding();
    finding.status = FindingStatus::kWithdrawn;
    finding.revised_by = "radius: leased";
    const Timestamp start = finding.session.start;
    finding.session.facts_used = {{"locked", "mdm", start - std::chrono::seconds{90}},
                                  {"leased", "", start + std::chrono::milliseconds{500}}};

    const std::string text = render(finding, {});

    EXPECT_NE(text.find("  facts     mdm: locked, 1 min 30 s before\n"
                        "            leased, 500 ms after\n"
                        "  revised   radius: leased\n"),
              std::string::npos)
        << text;
    EXPECT_NE(text.find(", AN1827, withdrawn\n"), std::string::npos) << text;
}

TEST(FindingText, TellsOfAnEarlierLifeAndOfWhatWasNotTold) {
    Finding finding = flashlight_finding();
    finding.earlier = {.times = 2,
                       .sessions = 9,
                       .first_seen = finding.first_seen - std::chrono::hours{72},
                       .last_seen = finding.first_seen - std::chrono::hours{48}};
    finding.suppressed = {.of_device = 3, .of_app = 0, .of_rule = 1200};

    const std::string text = render(finding, {});

    EXPECT_NE(text.find("  earlier   9 sessions from 2026-09-18 07:02:11 to 2026-09-19 07:02:11Z; "
                        "closed 2 times\n"
                        "  untold    findings beyond AlertLimits: 3 of this device, 1,200 of this "
                        "rule\n"),
              std::string::npos)
        << text;
}

TEST(FindingText, PutsTheGravestFirst) {
    const auto finding = [](Severity severity, int score, int minute, std::string id) {
        Finding made;
        made.id = std::move(id);
        made.severity = severity;
        made.score = score;
        made.first_seen = at(7, minute, 0);
        return made;
    };
    const std::vector<Finding> made{
        finding(Severity::kLow, 99, 0, "f"),    finding(Severity::kHigh, 80, 5, "c"),
        finding(Severity::kHigh, 80, 5, "b"),   finding(Severity::kHigh, 80, 1, "z"),
        finding(Severity::kMedium, 50, 0, "d"), finding(Severity::kHigh, 90, 9, "a")};

    std::vector<const Finding*> findings;
    for (const Finding& one : made)
        findings.push_back(&one);

    sort_findings(findings);

    std::string order;
    for (const Finding* one : findings)
        order += one->id;
    EXPECT_EQ(order, "azbcdf");
}

TEST(FindingText, SeparatesFindingsByABlankLine) {
    const Finding finding = flashlight_finding();
    const std::string one = render(finding, {});
    const auto printed = [](const std::vector<const Finding*>& findings) {
        std::ostringstream out;
        print(out, findings, {});
        return out.str();
    };

    EXPECT_EQ(printed({&finding, &finding}), one + "\n" + one);
    EXPECT_EQ(printed({}), "");
}

}  // namespace
}  // namespace sensor::report
