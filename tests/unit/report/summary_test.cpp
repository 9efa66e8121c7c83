#include "sensor/report/summary.h"

#include <gtest/gtest.h>

#include "lib/json/json.h"
#include "tests/unit/report/samples.h"

namespace sensor::report {
namespace {

Summary demo_summary() {
    Summary summary;
    summary.traces = {"office.pcapng", "field.pcapng"};
    summary.packets = 12345;
    summary.bytes = 4'249'000;
    summary.first = at(7, 0, 0);
    summary.last = at(7, 40, 2);
    summary.rejected = {{"ip-fragment", 4}, {"malformed", 0}, {"not-ip", 8}};
    summary.untracked = {{"table-full", 1}};
    summary.sessions = 1200;
    summary.protocols = {{"dns", 300}, {"tls", 801}, {"ssh", 1}, {"quic", 0}};
    summary.unknown = 98;
    summary.conflicts = 1;
    summary.ended = {{"timeout", 300}, {"closed", 888}, {"shutdown", 12}};
    summary.unmapped_tags = {{"gtp teid 77", 3}, {"vlan 42", 12}};
    summary.unmapped_others = 5;
    summary.events_accepted = 120;
    summary.events_rejected = 2;
    summary.findings = {0, 1, 3, 2};
    summary.records_written = 1206;
    summary.records_lost = 0;
    summary.stages = {{"identify", {{"scans", 7}, {"ambiguous", 0}}}};
    summary.notes = {"field.pcapng ends in the middle of a packet"};
    return summary;
}

TEST(Summary, IsReadAtAGlance) {
    EXPECT_EQ(render(demo_summary(), {}),
              "  trace     office.pcapng\n"
              "            field.pcapng\n"
              "  time      2026-09-21 07:00:00 to 07:40:02Z, 40 min 2 s\n"
              "  traffic   12,345 packets, 4.2 MB\n"
              "            12 rejected: 8 not-ip, 4 ip-fragment\n"
              "            1 without a session: 1 table-full\n"
              "  sessions  1,200 by protocol\n"
              "            tls      801   66.8 %  ####################\n"
              "            dns      300   25.0 %  #######\n"
              "            ssh        1    0.1 %\n"
              "            unknown   98    8.2 %  ##\n"
              "            1 session whose two directions speak different protocols\n"
              "  ended     888 closed, 300 timeout, 12 shutdown\n"
              "  tags      unmapped: vlan 42 (12 sessions), gtp teid 77 (3), 5 other sessions\n"
              "  identity  120 events accepted, 2 rejected\n"
              "  findings  6: 2 high, 3 medium, 1 low\n"
              "  records   1,206 written, 0 lost\n"
              "  note      field.pcapng ends in the middle of a packet\n");
}

TEST(Summary, OfNothingSaysSo) {
    EXPECT_EQ(render(Summary{}, {}),
              "  traffic   0 packets, 0 bytes\n"
              "  sessions  0\n"
              "  identity  0 events accepted, 0 rejected\n"
              "  findings  none\n"
              "  records   0 written, 0 lost\n");
}

TEST(Summary, PaintsLossesRed) {
    Summary summary = demo_summary();
    summary.records_lost = 7;

    const std::string text = render(summary, {.color = true});

    EXPECT_NE(text.find("1,206 written, \x1b[1;31m7 lost\x1b[0m\n"), std::string::npos);
}

TEST(Summary, CannotSteerTheTerminal) {
    Summary summary = demo_summary();
    summary.traces = {"\x1b[2J"};
    summary.protocols = {{"\x1b[2J", 1}};
    summary.notes = {"\x1b[2J"};

    EXPECT_EQ(render(summary, {}).find('\x1b'), std::string::npos);
}

TEST(Summary, AsJsonHasEveryMember) {
    json::Writer out;
    write_json(out, demo_summary());

    EXPECT_EQ(
        out.view(),
        R"j({"traces":["office.pcapng","field.pcapng"],"ports":[],"packets":12345,"bytes":4249000,)j"
        R"j("first":"2026-09-21T07:00:00.000000+0000","last":"2026-09-21T07:40:02.000000+0000",)j"
        R"j("seconds":2402.0,"forwarded":0,"bypassed":0,"decoded":0,"carriers":0,)j"
        R"j("rejected":{"ip-fragment":4,"malformed":0,"not-ip":8},)j"
        R"j("tracked":0,"untracked":{"table-full":1},"sessions":1200,"protocols":{"dns":300,"tls":801,)j"
        R"j("ssh":1,"quic":0},"unknown":98,"conflicts":1,"ended":{"timeout":300,"closed":888,)j"
        R"j("shutdown":12},"unmapped_tags":{"gtp teid 77":3,"vlan 42":12},)j"
        R"j("unmapped_other_sessions":5,"identity_events_accepted":120,"identity_events_rejected":2,)j"
        R"j("findings":{"high":2,"medium":3,"low":1,"info":0},"findings_suppressed":0,)j"
        R"j("exceptions":{},"records_written":1206,)j"
        R"j("records_lost":0,"losses":{},"stages":{"identify":{"scans":7,)j"
        R"j("ambiguous":0}},"hugepages":false,"notes":["field.pcapng ends in the middle of a packet"]})j");
}

TEST(Summary, OfNothingAsJsonHasTheSameMembers) {
    json::Writer full;
    write_json(full, demo_summary());
    json::Writer empty;
    write_json(empty, Summary{});
    const auto names_in = [](const json::Writer& out) {
        std::vector<std::string> names;
        const auto document = json::Document::parse(out.view());
        for (const auto& [name, value] : document->root().members())
            names.emplace_back(name);
        return names;
    };

    EXPECT_EQ(names_in(empty), names_in(full));
}

}  // namespace
}  // namespace sensor::report
