#include "sensor/control/review/policy_test_session.h"

#include <algorithm>

#include "sensor/identify/signatures.h"

namespace sensor::control {
namespace {

constexpr std::uint64_t kPackets = 6;  // each way, of a session that really talked
constexpr std::uint64_t kBytes = 3000;
constexpr std::uint8_t kWholeTcp = kTcpSyn | kTcpAck | kTcpPsh | kTcpFin;

class SessionReader {
  public:
    SessionReader(const yaml::Node& node, Timestamp base, const Configuration& configuration,
                  yaml::Problems& problems)
        : map_{node, "a session", problems},
          configuration_{configuration},
          problems_{problems},
          base_{base} {}

    TestSession read() {
        read_times();
        read_protocol();
        read_ends();
        read_who();
        read_context();
        read_inner();
        read_exchange();
        map_.finish();
        return std::move(made_);
    }

  private:
    Observation& session() { return made_.session; }
    std::string text(yaml::Map& map, std::string_view key) {
        return yaml::as_text(map.optional(key), problems_).value_or("");
    }
    std::optional<Duration> duration(yaml::Map& map, std::string_view key) {
        return yaml::as_duration(map.optional(key), problems_);
    }

    void read_times() {
        constexpr std::int64_t kMostTimes = 10'000;
        constexpr Duration kUsual = std::chrono::seconds{2};
        session().start = base_ + duration(map_, "at").value_or(Duration{});
        session().last = session().start + duration(map_, "duration").value_or(kUsual);
        const yaml::Node repeat = map_.optional("repeat");
        made_.times = static_cast<std::uint64_t>(
            yaml::as_integer(repeat, 1, kMostTimes, problems_).value_or(1));
        made_.interval = duration(map_, "every").value_or(Duration{});
        if (made_.times > 1 && made_.interval == Duration::zero()) {
            problems_.error(repeat.place(), "sessions that repeat need `every`: every: 5m");
        }
    }

    void read_protocol() {
        session().protocol =
            known_word(map_.required("protocol"), configuration_.protocol_names, problems_);
        const auto names = identify::catalog_names();
        const auto at = std::ranges::find(names, session().protocol);
        const auto* row = at == names.end() ? nullptr
                                            : identify::Signatures::row_of(static_cast<ProtocolId>(
                                                  std::distance(names.begin(), at)));
        const bool is_over_udp = row != nullptr && row->transports == identify::kOverUdp;
        const auto word = yaml::as_word(map_.optional("transport"), {"tcp", "udp"}, problems_);
        session().transport =
            word.value_or(is_over_udp ? "udp" : "tcp") == "udp" ? Transport::kUdp : Transport::kTcp;
    }

    Address address(std::string_view key, std::string_view usual) {
        const yaml::Node node = map_.optional(key);
        const std::string text = yaml::as_text(node, problems_).value_or(std::string{usual});
        const auto address = parse_address(text);
        if (!address) problems_.error(node.place(), "expected an address, got '" + text + "'");
        return address.value_or(Address{});
    }

    void read_ends() {
        constexpr PortNumber kClientPort{40000};
        const auto port = yaml::as_integer(map_.required("port"), 1, 65535, problems_);
        session().client = {address("client", "10.20.1.14"), kClientPort};
        session().server = {address("destination", "198.51.100.20"),
                            PortNumber{static_cast<std::uint16_t>(port.value_or(1))}};
        const std::string name = text(map_, "name");
        if (!name.empty()) session().facts.emplace_back(Fact::kTlsSni, name);
    }

    void read_who() {
        Attribution& who = session().attribution;
        who.app = text(map_, "app");
        who.device = text(map_, "device");
        const auto platform =
            yaml::as_word(map_.optional("platform"), {"android", "ios"}, problems_);
        if (platform) who.platform = *platform == "ios" ? Platform::kIos : Platform::kAndroid;
        std::vector<std::string> groups;
        for (const AppGroup& group : configuration_.identity.groups)
            groups.push_back(group.name);
        who.app_group = known_word(map_.optional("app_group"), groups, problems_);
        made_.app_group = configuration_.identity.find_group(who.app_group);
    }

    /// Durations count back from the session's start.
    void read_context() {
        yaml::Map map{map_.optional("context"), "the context of a session", problems_};
        DeviceContext& context = session().context;
        const auto flag = [&](std::string_view key, Tristate& state) {
            const auto given = yaml::as_bool(map.optional(key), problems_);
            if (given) state = *given ? Tristate::kYes : Tristate::kNo;
        };
        const auto ago = [&](std::string_view key, std::optional<Timestamp>& time) {
            if (const auto given = duration(map, key)) time = session().start - *given;
        };
        const auto state =
            yaml::as_word(map.optional("app_state"), {"foreground", "background"}, problems_);
        if (state) {
            context.app_state =
                *state == "foreground" ? AppState::kForeground : AppState::kBackground;
        }
        ago("app_state_since", context.app_state_since);
        ago("last_foreground", context.last_foreground);
        flag("locked", context.locked);
        ago("locked_since", context.locked_since);
        context.since_interaction = duration(map, "since_interaction");
        context.since_job = duration(map, "since_job");
        context.job = text(map, "job");
        context.since_unlock = duration(map, "since_unlock");
        flag("started_locked", context.started_locked);
        context.since_process = duration(map, "since_process");
        flag("managed", context.managed);
        flag("supervised", context.supervised);
        flag("compliant", context.compliant);
        flag("app_managed", context.app_managed);
        flag("app_approved", context.app_approved);
        flag("app_installed", context.app_installed);
        context.app_version = text(map, "app_version");
        context.app_signer = text(map, "app_signer");
        map.finish();
    }

    /// What a proxy was asked for.
    void read_inner() {
        const yaml::Node node = map_.optional("inner");
        if (!node.defined()) return;
        yaml::Map map{node, "the inner session", problems_};
        session().is_proxied = true;
        session().inner_protocol =
            known_word(map.required("protocol"), configuration_.protocol_names, problems_);
        session().inner_confirmed = Confirmed::kBoth;
        session().facts.emplace_back(Fact::kDestinationRequested,
                                     yaml::as_text(map.required("to"), problems_).value_or(""));
        map.finish();
    }

    /// Who spoke: a scan's probe is answered by nobody.
    void read_exchange() {
        const auto word =
            yaml::as_word(map_.optional("exchange"), {"both", "client", "none"}, problems_);
        const bool is_known = session().protocol != judge::kUnknownProtocol;
        const std::string who = word.value_or("both");
        const bool client = who != "none";
        const bool server = who == "both";
        session().protocol_to_server = is_known && client ? session().protocol : "";
        session().protocol_to_client = is_known && server ? session().protocol : "";
        if (is_known) {
            session().confirmed = server   ? Confirmed::kBoth
                                  : client ? Confirmed::kClient
                                           : Confirmed::kNone;
        }
        session().ended = true;
        session().end_reason = EndReason::kClosed;
        session().packets_to_server = client ? kPackets : 1;
        session().packets_to_client = server ? kPackets : 0;
        session().bytes_to_server = client ? kBytes : 40;
        session().bytes_to_client = server ? kBytes : 0;
        if (session().transport != Transport::kTcp) return;
        session().tcp_state = server ? TcpState::kClosed : TcpState::kSynSent;
        session().tcp_flags_to_server = client ? kWholeTcp : std::uint8_t{kTcpSyn};
        session().tcp_flags_to_client = server ? kWholeTcp : std::uint8_t{0};
    }

    yaml::Map map_;
    const Configuration& configuration_;
    yaml::Problems& problems_;
    Timestamp base_;
    TestSession made_;
};

}  // namespace

std::string known_word(const yaml::Node& node, const std::vector<std::string>& known,
                       yaml::Problems& problems) {
    return yaml::as_word(node, {known.begin(), known.end()}, problems).value_or("");
}

TestSession read_test_session(const yaml::Node& node, Timestamp base,
                              const Configuration& configuration, yaml::Problems& problems) {
    return SessionReader{node, base, configuration, problems}.read();
}

}  // namespace sensor::control
