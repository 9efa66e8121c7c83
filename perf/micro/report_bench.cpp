// Cost of a flow record: its text, and its way to the file; and of a finding as people read it.
// Items are records, or findings.
#include <benchmark/benchmark.h>

#include "sensor/report/eve.h"
#include "sensor/report/file_sink.h"
#include "sensor/report/finding_text.h"

namespace {

using namespace sensor;

/// A session of a device that nobody knows, as most are.
Observation session_of(Transport transport, std::uint16_t port, const std::string& protocol) {
    constexpr std::int64_t kStart = 1'790'000'000'123'456'000;  // ns since the epoch
    Observation session;
    session.flow_id = 0x1234'5678'9abcULL;
    session.client = {ipv4_address(0x0a14'010eU), PortNumber{40001}};
    session.server = {ipv4_address(0xc633'6414U), PortNumber{port}};
    session.transport = transport;
    session.start = timestamp_of(kStart);
    session.last = timestamp_of(kStart + 1'251'000'000);
    session.packets_to_server = 9;
    session.packets_to_client = 7;
    session.bytes_to_server = 1480;
    session.bytes_to_client = 4210;
    session.protocol = session.protocol_to_server = session.protocol_to_client = protocol;
    session.ended = true;
    session.end_reason = EndReason::kTimeout;
    if (transport == Transport::kTcp) {
        session.tcp_state = TcpState::kClosed;
        session.end_reason = EndReason::kClosed;
        session.tcp_flags_to_server = kTcpSyn | kTcpAck | kTcpPsh | kTcpFin;
        session.tcp_flags_to_client = kTcpSyn | kTcpAck | kTcpFin;
    }
    return session;
}

Observation tls_session() {
    Observation session = session_of(Transport::kTcp, 443, "tls");
    session.confirmed = Confirmed::kBoth;
    session.facts = {{Fact::kTlsSni, "cdn.flashlight.example"},
                     {Fact::kTlsVersion, "TLS 1.3"},
                     {Fact::kTlsAlpn, "h2,http/1.1"},
                     {Fact::kJa4, "t13d1516h2_8daaf6152771_e5627efa2ab1"},
                     {Fact::kTlsVersion, "TLS 1.2"},
                     {Fact::kTlsAlpn, "h2"}};
    return session;
}

Observation dns_session() {
    Observation session = session_of(Transport::kUdp, 53, "dns");
    session.confirmed = Confirmed::kBoth;
    session.facts = {{Fact::kDnsName, "www.example.org"}, {Fact::kDnsType, "AAAA"}};
    return session;
}

Observation unknown_session() {
    Observation session = session_of(Transport::kTcp, 8088, "unknown");
    session.protocol_to_server.clear();
    session.protocol_to_client.clear();
    session.facts = {{Fact::kEntropyToServer, "7.91"},
                     {Fact::kPrintableToServer, "0.37"},
                     {Fact::kEntropyToClient, "7.88"},
                     {Fact::kPrintableToClient, "0.4"}};
    return session;
}

Observation ipv6_session() {
    Observation session = tls_session();
    session.client.address = *parse_address("2001:db8:12:3401::14");
    session.server.address = *parse_address("2001:db8:1::20");
    return session;
}

void flow_record(benchmark::State& state, const Observation& session) {
    json::Writer out;
    std::size_t bytes = 0;
    for (auto _ : state) {
        out.clear();
        report::write_flow(out, session, {.host = "tap-1"});
        bytes = out.view().size();
        benchmark::DoNotOptimize(bytes);
    }
    state.SetItemsProcessed(state.iterations());
    state.counters["bytes/record"] = static_cast<double>(bytes);
}
BENCHMARK_CAPTURE(flow_record, tls, tls_session());
BENCHMARK_CAPTURE(flow_record, dns, dns_session());
BENCHMARK_CAPTURE(flow_record, unknown, unknown_session());
BENCHMARK_CAPTURE(flow_record, ipv6, ipv6_session());

void finding_text(benchmark::State& state) {
    Finding finding;
    finding.id = "544af9785a6007b7";
    finding.revision = 2;
    finding.kind = FindingKind::kPortMasquerade;
    finding.severity = Severity::kLow;
    finding.score = 41;
    finding.contributions = {{"port_masquerade", "AN1827.1", 35,
                              "http on tcp/11211; the policy expects only memcached on tcp/11211"},
                             {"protocol_risk", "AN1827.1", 6,
                              "how risky the policy rates http where it is not approved"}};
    finding.rule = "ReservedPorts.tcp/11211";
    finding.expected = "only memcached on tcp/11211";
    finding.analytics = {"AN1827"};
    finding.session = session_of(Transport::kTcp, 11211, "http");
    finding.session.facts = {{Fact::kHttpMethod, "GET"}, {Fact::kHttpHost, "www.example.org"}};
    finding.recurrence.sessions = 1;
    finding.first_seen = finding.session.start;
    finding.last_seen = finding.session.last;
    for (auto _ : state)
        benchmark::DoNotOptimize(report::render(finding, {}).size());
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(finding_text);

/// The CPU time is the process's: the sink's thread is part of the cost.
void to_file(benchmark::State& state) {
    const auto sink = report::FileSink::open(
        {.path = "/dev/null", .when_full = report::WhenFull::kWait, .notice = {}});
    const std::string record(static_cast<std::size_t>(state.range(0)), 'x');
    for (auto _ : state)
        (*sink)->write(record);
    (*sink)->flush();
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(to_file)->Name("sink.dev_null")->Arg(900)->MeasureProcessCPUTime();

}  // namespace
