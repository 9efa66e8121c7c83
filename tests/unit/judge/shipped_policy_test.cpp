// The policy that ships in config/: free of mistakes, silent on ordinary phones, and not on
// malware.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "sensor/judge/judge.h"
#include "tests/unit/judge/cast.h"

namespace sensor::judge::test {
namespace {

/// The shipped policy, with the rules of a site that has a mail app and a developers' tool.
constexpr std::string_view kSite = R"(
roles:
  site-mail:
    apps: [com.example.mail]
    allow: {smtp: {tcp: [465, 587]}, imap: {tcp: [143, 993]}}
    deny: [ssh, socks5]
EnterpriseExceptionList:
  - id: EX-DEV-1
    owner: dev-platform@example.org
    reason: local development proxy
    created: 2026-03-01
    expires: 2027-03-01
    match: {apps: [com.example.devproxy], protocols: [http], ports: {tcp: 8888}}
)";

class ShippedPolicy : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        const char* path = std::getenv("POLICY");
        ASSERT_NE(path, nullptr) << "set POLICY to config/policy.yaml";
        yaml::Problems problems;
        auto policy = load_policy_text("include: " + std::string{path} + "\n" + std::string{kSite},
                                       "site.yaml", vocabulary(), kBase, problems);
        for (const yaml::Problem& problem : problems.sorted())
            ADD_FAILURE() << problem.to_string();
        ASSERT_TRUE(policy);
        policy_ = new Policy{std::move(*policy)};
    }
    static void TearDownTestSuite() {
        delete policy_;
        policy_ = nullptr;
    }

    std::vector<Finding> whole(const Observation& session) {
        auto told = judge_.consider(RecordKind::kUnapproved, session).told;
        if (session.last - session.start >= policy_->persistence_threshold) {
            std::ranges::move(judge_.consider(RecordKind::kPersisting, session).told,
                              std::back_inserter(told));
        }
        std::ranges::move(judge_.consider(RecordKind::kEnd, session).told,
                          std::back_inserter(told));
        return told;
    }
    void expect_silence(const Observation& session) {
        const auto told = whole(session);
        EXPECT_TRUE(told.empty()) << session.protocol << " on "
                                  << static_cast<unsigned>(session.server.port) << ": "
                                  << name_of(told[0].kind) << ", expected " << told[0].expected;
    }

    static Policy* policy_;
    Judge judge_{*policy_};
};
Policy* ShippedPolicy::policy_ = nullptr;

Observation named(Observation session, std::string name) {
    session.facts.emplace_back(Fact::kTlsSni, std::move(name));
    return session;
}
Observation towards(Observation session, std::string_view address) {
    session.server.address = *parse_address(address);
    return session;
}

TEST_F(ShippedPolicy, LoadsOnItsOwnWithoutAWord) {
    yaml::Problems problems;
    EXPECT_TRUE(load_policy(std::getenv("POLICY"), vocabulary(), kBase, problems));
    EXPECT_TRUE(problems.sorted().empty());
}

TEST_F(ShippedPolicy, NamesOnlyWhatItsVocabularyKnows) {
    yaml::Problems problems;
    const Vocabulary small{.protocols = {"tls", "dns"}, .app_groups = {}};
    EXPECT_FALSE(load_policy(std::getenv("POLICY"), small, kBase, problems));
}

TEST_F(ShippedPolicy, HasThePointsThatTheSensorHasByItself) {
    const Policy built_in;
    EXPECT_EQ(policy_->points, built_in.points);
    EXPECT_EQ(policy_->default_protocol_risk, built_in.default_protocol_risk);
    EXPECT_EQ(policy_->severity.medium, built_in.severity.medium);
    EXPECT_EQ(policy_->time_window, built_in.time_window);
    EXPECT_EQ(policy_->job_window, built_in.job_window);
    EXPECT_EQ(policy_->recurrence_minimum, built_in.recurrence_minimum);
}

TEST_F(ShippedPolicy, IsSilentOnOrdinaryTraffic) {
    const std::string browser = "com.android.chrome";
    expect_silence(tcp("tls", 443, browser));
    expect_silence(udp("quic", 443, browser));
    expect_silence(tcp("http", 80, browser));
    expect_silence(tcp("http2", 443, "com.example.crm"));
    expect_silence(tcp("tls", 443, "com.example.crm"));
    expect_silence(tcp("websocket", 443, "com.example.chat"));
    expect_silence(tcp("websocket", 80, "com.example.chat"));
    expect_silence(udp("dns", 53, ""));
    expect_silence(tcp("dns", 53, ""));
    expect_silence(tcp("tls", 853, ""));
    expect_silence(udp("ntp", 123, ""));
    expect_silence(udp("dhcp", 67, ""));
    expect_silence(udp("mdns", 5353, ""));
    expect_silence(udp("llmnr", 5355, ""));
    expect_silence(udp("dhcpv6", 547, ""));
    expect_silence(udp("netbios-dgm", 138, ""));
    expect_silence(udp("ike", 500, ""));
    expect_silence(udp("ike", 4500, ""));
    expect_silence(udp("ssdp", 1900, ""));
    expect_silence(udp("netbios-ns", 137, ""));
}

TEST_F(ShippedPolicy, IsSilentOnPushChannels) {
    Observation fcm = named(tcp("tls", 5228, "com.google.android.gms"), "mtalk.google.com");
    fcm.context.locked = Tristate::kYes;
    fcm.last = fcm.start + 28min;
    expect_silence(fcm);
    expect_silence(named(tcp("tls", 5230, ""), "alt3-mtalk.google.com"));
    expect_silence(named(tcp("tls", 5229, ""), "MTALK4.google.com"));
    expect_silence(named(tcp("tls", 5223, "apsd"), "7-courier.push.apple.com"));
    expect_silence(towards(tcp("tls", 5223, "apsd"), "17.57.144.10"));
}

TEST_F(ShippedPolicy, IsSilentOnMailThatUpgrades) {
    for (const std::string app : {"com.google.android.gm", "com.apple.mobilemail",
                                  "com.microsoft.office.outlook", "com.example.mail"}) {
        expect_silence(tcp("smtp", 587, app));
        expect_silence(tcp("imap", 143, app));
    }
    expect_silence(tcp("tls", 993, "com.google.android.gm"));
    expect_silence(tcp("tls", 465, "com.google.android.gm"));
    expect_silence(tcp("tls", 995, "com.apple.mobilemail"));
}

TEST_F(ShippedPolicy, IsSilentOnCallsAndChats) {
    expect_silence(udp("stun", 3479, "com.example.meet"));
    expect_silence(udp("stun", 19305, "com.example.meet"));
    expect_silence(udp("dtls", 50123, "com.example.meet"));
    expect_silence(udp("rtp", 50124, "com.example.meet"));
    expect_silence(udp("rtcp", 50125, "com.example.meet"));
    expect_silence(tcp("whatsapp", 5222, "com.whatsapp"));
    expect_silence(tcp("whatsapp", 443, "net.whatsapp.WhatsApp"));
    expect_silence(tcp("telegram", 443, "org.telegram.messenger"));
    expect_silence(tcp("stun", 443, "com.microsoft.teams"));
    expect_silence(tcp("tls", 8801, "us.zoom.videomeetings"));
    expect_silence(udp("sip", 5060, "com.android.phone"));
    expect_silence(tcp("unknown", 5222, "com.whatsapp"));
    expect_silence(tcp("unknown", 443, "com.whatsapp"));
    expect_silence(tcp("tls", 5222, "com.whatsapp"));
    expect_silence(named(udp("quic", 443, ""), "mask.icloud.com"));
}

TEST_F(ShippedPolicy, IsSilentOnTheSitesException) {
    expect_silence(tcp("http", 8888, "com.example.devproxy"));
    EXPECT_EQ(judge_.exception_hits().at("EX-DEV-1"), 1U);
}

TEST_F(ShippedPolicy, IsSilentOnScansAndCrossTalk) {
    for (std::uint16_t port = 20; port < 60; ++port) {
        Observation probe = tcp("unknown", port, "");
        probe.tcp_state = TcpState::kReset;
        probe.tcp_flags_to_server = kTcpSyn;
        probe.tcp_flags_to_client = kTcpRst | kTcpAck;
        probe.packets_to_server = probe.packets_to_client = 1;
        probe.bytes_to_server = probe.bytes_to_client = 40;
        expect_silence(probe);
    }
    Observation crossed = tcp("unknown", 2222, "");
    crossed.conflict = true;
    expect_silence(crossed);
}

TEST_F(ShippedPolicy, FindsTheRecurringFlashlight) {  // F1
    std::vector<Finding> told;
    for (int i = 0; i < 8; ++i) {
        const Timestamp start = kBase + 2min + 11s + i * 300s;
        Observation session = tcp("tls", 8088, "com.example.flashlight", start);
        session.context.app_state = AppState::kBackground;
        session.context.app_state_since = session.context.last_foreground = kBase - 20min;
        session.context.locked = Tristate::kYes;
        session.context.locked_since = kBase - 2min;
        session.context.since_job = 2s;
        session.context.job = "workmanager";
        session.context.app_managed = session.context.app_approved = Tristate::kNo;
        std::ranges::move(whole(session), std::back_inserter(told));
    }
    ASSERT_EQ(told.size(), 3U);  // it recurs; and by then nobody can have touched the device
    EXPECT_EQ(told[0].severity, Severity::kMedium);
    EXPECT_EQ(told[2].severity, Severity::kHigh);
    EXPECT_EQ(told[1].kind, FindingKind::kPortMismatch);
    EXPECT_EQ(told[1].expected, "tls on tcp/443, 853");
    const auto last = judge_.finish();
    ASSERT_EQ(last.size(), 1U);
    EXPECT_EQ(last[0].severity, Severity::kHigh);
    EXPECT_EQ(last[0].recurrence.sessions, 8U);
}

struct Expected {
    FindingKind kind;
    std::string_view expected;
};

TEST_F(ShippedPolicy, FindsTheRestOfTheCast) {  // F2 to F6
    Observation wallpaper = tcp("http", 7878, "com.example.wallpaper");
    wallpaper.context.app_managed = Tristate::kNo;
    Observation game = tcp("websocket", 9001, "com.example.game");
    game.last = game.start + 12min;
    Observation notes = tcp("tls", 587, "com.example.notes");
    notes.attribution.platform = Platform::kIos;
    const std::vector<std::pair<Observation, Expected>> cast{
        {wallpaper, {FindingKind::kPortMismatch, "http on tcp/80"}},
        {udp("dns", 5353, "com.example.torch"),
         {FindingKind::kPortMasquerade, "only mdns on udp/5353"}},
        {game, {FindingKind::kPortMismatch, "websocket on tcp/80, 443"}},
        {notes, {FindingKind::kPortMasquerade, "only smtp on tcp/587"}},
        {tcp("ssh", 443, "com.example.sync"),
         {FindingKind::kPortMasquerade, "only tls, http2, websocket, stun on tcp/443"}},
    };
    for (const auto& [session, expected] : cast) {
        const auto told = whole(session);
        ASSERT_FALSE(told.empty()) << session.attribution.app;
        EXPECT_EQ(told[0].kind, expected.kind) << session.attribution.app;
        EXPECT_EQ(told[0].expected, expected.expected);
        EXPECT_GE(told[0].severity, Severity::kLow);
    }
    EXPECT_EQ(judge_.open_behaviours(), cast.size());
}

TEST_F(ShippedPolicy, AnIsolatedMismatchIsLowOrMedium) {
    for (const std::string protocol : {"tls", "http", "websocket", "dns", "ssh", "socks5"}) {
        for (const std::string app : {"", "com.x"}) {
            const auto told = whole(tcp(protocol, 7777, app));
            ASSERT_EQ(told.size(), 1U) << protocol;
            EXPECT_GE(told[0].severity, Severity::kLow) << protocol;
            EXPECT_LE(told[0].severity, Severity::kMedium) << protocol;
        }
    }
}

TEST_F(ShippedPolicy, FindsKnownMalware) {
    for (const std::uint16_t port :
         std::array<std::uint16_t, 3>{8888, 7242, 7878})  // Cerberus, Chameleon, Red Alert 2.0
        EXPECT_EQ(whole(tcp("http", port)).size(), 1U) << port;
    for (const std::uint16_t port : std::array<std::uint16_t, 3>{43111, 43223, 43773})  // INSOMNIA
        EXPECT_EQ(whole(tcp("tls", port)).size(), 1U) << port;
    EXPECT_EQ(whole(tcp("smtp", 25, "com.x")).at(0).kind, FindingKind::kProtocolUnapproved);
    EXPECT_EQ(whole(tcp("socks5", 1080)).at(0).kind, FindingKind::kProtocolUnapproved);
    EXPECT_EQ(whole(tcp("ssh", 22)).at(0).kind, FindingKind::kProtocolUnapproved);
    EXPECT_EQ(whole(tcp("unknown", 443)).at(0).kind, FindingKind::kPortMasquerade);
    EXPECT_EQ(whole(tcp("telegram", 443, "com.x")).at(0).kind, FindingKind::kPortMasquerade);
    EXPECT_EQ(whole(tcp("http", 3389, "com.x")).at(0).kind, FindingKind::kPortMasquerade);
    EXPECT_EQ(whole(tcp("rdp", 3389, "com.x")).at(0).kind, FindingKind::kProtocolUnapproved);
    EXPECT_EQ(whole(udp("wireguard", 51820, "com.x")).at(0).kind, FindingKind::kProtocolUnapproved);
}

}  // namespace
}  // namespace sensor::judge::test
