#include "sensor/control/sensor_config.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "sensor/control/built_in.h"
#include "tests/support/variable.h"

namespace sensor::control {
namespace {

using Lines = std::vector<std::string>;

struct Read {
    SensorConfig config;
    Lines problems;
};

Read read(std::string_view text) {
    yaml::Problems problems;
    const auto document = yaml::load_text(text, "sensor.yaml");
    Read result{.config = read_sensor_config(*document, problems), .problems = {}};
    for (const yaml::Problem& problem : problems.sorted()) {
        result.problems.push_back(problem.to_string());
    }
    return result;
}

TEST(SensorConfig, TheShippedFileSaysWhatTheDefaultsAre) {
    const Read shipped = read(built_in_file("sensor.yaml"));
    const SensorConfig defaults;

    EXPECT_EQ(shipped.problems, Lines{});
    EXPECT_EQ(shipped.config.name, defaults.name);
    EXPECT_EQ(shipped.config.limits.sessions, defaults.limits.sessions);
    EXPECT_EQ(shipped.config.limits.first_bytes, defaults.limits.first_bytes);
    EXPECT_EQ(shipped.config.timeouts.tcp_handshake, defaults.timeouts.tcp_handshake);
    EXPECT_EQ(shipped.config.timeouts.tcp_open, defaults.timeouts.tcp_open);
    EXPECT_EQ(shipped.config.timeouts.tcp_closed, defaults.timeouts.tcp_closed);
    EXPECT_EQ(shipped.config.timeouts.udp_one_way, defaults.timeouts.udp_one_way);
    EXPECT_EQ(shipped.config.timeouts.udp_both_ways, defaults.timeouts.udp_both_ways);
    EXPECT_EQ(shipped.config.metrics, defaults.metrics);
    EXPECT_FALSE(shipped.config.evidence.is_wanted());
    EXPECT_EQ(shipped.config.evidence.packets, defaults.evidence.packets);
    EXPECT_EQ(shipped.config.evidence.snap_bytes, defaults.evidence.snap_bytes);
    EXPECT_EQ(shipped.config.evidence.payload_bytes, defaults.evidence.payload_bytes);
    EXPECT_EQ(shipped.config.evidence.sessions, defaults.evidence.sessions);
    EXPECT_EQ(shipped.config.evidence.memory_bytes, defaults.evidence.memory_bytes);
    EXPECT_EQ(shipped.config.evidence.disk_bytes, defaults.evidence.disk_bytes);
    EXPECT_EQ(shipped.config.decode.vlan_in_scope, defaults.decode.vlan_in_scope);
    EXPECT_EQ(shipped.config.decode.carriers, defaults.decode.carriers);
    EXPECT_EQ(shipped.config.decode.reassembly.datagrams, defaults.decode.reassembly.datagrams);
    EXPECT_EQ(shipped.config.decode.reassembly.timeout, defaults.decode.reassembly.timeout);
}

TEST(SensorConfig, EvidenceSaysWhichBytesOfAPayloadAreKept) {
    const auto payload_of = [](const std::string& value) {
        return read("evidence: {directory: /e, payload: " + value + "}").config.evidence;
    };
    EXPECT_TRUE(payload_of("headers").is_wanted());
    EXPECT_EQ(payload_of("headers").payload_bytes, 0U);
    EXPECT_EQ(payload_of("32").payload_bytes, 32U);
    EXPECT_EQ(payload_of("all").payload_bytes, evidence::kWholePayload);
    EXPECT_FALSE(read("evidence: {directory: off, packets: 3}").config.evidence.is_wanted());
}

TEST(SensorConfig, EvidenceIsRefusedWithWhatToWriteInstead) {
    EXPECT_EQ(read("evidence: {directory: e}").problems,
              Lines{"sensor.yaml:1:23: error: directory must be an absolute directory or off"});
    EXPECT_EQ(read("evidence: {payload: some}").problems,
              Lines{"sensor.yaml:1:21: error: payload must be headers, all, or how many of each "
                    "packet's first bytes are kept, got 'some'"});
    for (const std::string_view key :
         {"packets: 0", "packets: 65", "payload: 0", "bytes: 63", "bytes: 65536", "sessions: 0",
          "memory_bytes: 1048575", "disk_bytes: 1048575", "packet: 1"}) {
        EXPECT_EQ(read("evidence: {" + std::string{key} + "}").problems.size(), 1U) << key;
    }
}

TEST(SensorConfig, TheControlSocketIsWhereTheEnvironmentPutsRuntimeFiles) {
    const test::Variable two{"RUNTIME_DIRECTORY", "/run/one:/run/two"};
    EXPECT_EQ(read("").config.control_socket, "/run/one/control.sock");
    EXPECT_EQ(read("control_socket: /tmp/a.sock").config.control_socket, "/tmp/a.sock");
    EXPECT_EQ(read("control_socket: off").config.control_socket, "");
    EXPECT_EQ(read("control_socket: a.sock").problems,
              Lines{"sensor.yaml:1:17: error: control_socket must be an absolute path or off"});

    const test::Variable none{"RUNTIME_DIRECTORY", ""};
    const test::Variable own{"XDG_RUNTIME_DIR", "/run/user/1"};
    EXPECT_EQ(read("").config.control_socket,
              ::geteuid() == 0 ? "/run/offport/control.sock" : "/run/user/1/offport/control.sock");
}

TEST(SensorConfig, ReadsEveryKey) {
    const Read given = read(
        "sensor_name: tap-1\n"
        "limits: {sessions: 1000, first_bytes: 50}\n"
        "timeouts: {tcp_open: 2h}\n"
        "decode: {vlan_separates_sessions: false, carriers: true, fragmented_datagrams: 8, "
        "fragment_timeout: 5s}\n"
        "protocols:\n"
        "  - {name: acme, transport: both, client: '^ACME', server: ['^OK', '^NO']}\n");

    EXPECT_EQ(given.problems, Lines{});
    EXPECT_EQ(given.config.name, "tap-1");
    EXPECT_EQ(given.config.limits.sessions, 1000U);
    EXPECT_EQ(given.config.timeouts.tcp_open, std::chrono::hours{2});
    EXPECT_FALSE(given.config.decode.vlan_in_scope);
    EXPECT_TRUE(given.config.decode.carriers);
    EXPECT_EQ(given.config.decode.reassembly.datagrams, 8U);
    EXPECT_EQ(given.config.decode.reassembly.timeout, std::chrono::seconds{5});
    ASSERT_EQ(given.config.protocols.size(), 1U);
    EXPECT_EQ(given.config.protocols[0].transports, identify::kOverTcp | identify::kOverUdp);
    EXPECT_EQ(given.config.protocols[0].server, (Lines{"^OK", "^NO"}));
}

TEST(SensorConfig, SaysWhereAMistakeIs) {
    EXPECT_EQ(read("limits: {sessions: 5}\n").problems.size(), 1U);
    EXPECT_EQ(read("timeouts: {tcp_open: 1s}\n").problems,
              (Lines{"sensor.yaml:1:22: error: tcp_open must be at least 2s"}));
    EXPECT_EQ(read("protocols:\n  - {name: tls, client: ['^A']}\n").problems,
              (Lines{"sensor.yaml:2:12: error: there is a protocol 'tls' already; choose another "
                     "name"}));
    EXPECT_EQ(read("protocols:\n  - {name: acme}\n").problems,
              (Lines{"sensor.yaml:2:5: error: a protocol needs signatures: give `client`, `server` "
                     "or both"}));
    EXPECT_EQ(read("protocols:\n  - {name: acme, client: ['A']}\n").problems,
              (Lines{"sensor.yaml:2:27: error: a signature must begin with ^, so that it is tried "
                     "at the first byte only; write '^A'"}));
    EXPECT_EQ(read("protocols:\n  - {name: Acme, client: ['^A']}\n").problems,
              (Lines{"sensor.yaml:2:12: error: a protocol's name is lower-case letters, digits and "
                     "hyphens, got 'Acme'"}));
}

TEST(SensorConfig, RefusesSignaturesThatWouldBeTriedAnywhere) {
    const auto problem = [](std::string_view pattern) {
        const Read given =
            read("protocols:\n  - {name: acme, client: ['" + std::string{pattern} + "']}\n");
        return given.problems.empty() ? std::string{} : given.problems[0];
    };

    for (const std::string_view pattern :
         {"^ZZZ|TLS|example", "^A|", "^(A|B)|C", "^[|]|C", "^[]|]|C", "^\\||C"}) {
        EXPECT_NE(problem(pattern).find("each alternative of a signature must begin with ^"),
                  std::string::npos)
            << pattern;
    }
    for (const std::string_view pattern : {"^", "^A?", "^(A|)", "^A|^"}) {
        EXPECT_NE(problem(pattern).find("must not fit nothing at all"), std::string::npos)
            << pattern;
    }
    for (const std::string_view pattern :
         {"^A|^B", "^(A|B)", "^[|]", "^[]|]", "^[^]|]", "^\\|A", "^A(b|c(d|e))f"}) {
        EXPECT_EQ(problem(pattern), "") << pattern;
    }
}

TEST(SensorConfig, RefusesWhatHyperscanCannotCompile) {
    const Read given = read("protocols:\n  - {name: acme, client: ['^A(']}\n");

    ASSERT_EQ(given.problems.size(), 1U);
    EXPECT_NE(given.problems[0].find("sensor.yaml:2:27: error: not an expression Hyperscan"),
              std::string::npos);
}

}  // namespace
}  // namespace sensor::control
