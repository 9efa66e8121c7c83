#include "sensor/report/eve_reader.h"

#include <array>
#include <charconv>
#include <limits>

#include "sensor/report/eve_facts_reader.h"
#include "sensor/report/record_fields.h"

namespace sensor::report {
namespace {

constexpr auto kMost = std::numeric_limits<std::uint64_t>::max();
constexpr auto kMost32 = std::numeric_limits<std::uint32_t>::max();

/// "unknown" stands for "nothing was said".
std::string spoken(std::string_view name) {
    return name == "unknown" ? std::string{} : std::string{name};
}

Transport read_transport(const RecordFields& record) {
    const std::string_view word = record.text("proto");
    if (word == "TCP") return Transport::kTcp;
    if (word == "UDP") return Transport::kUdp;
    record.expect("proto", "TCP or UDP");
    return Transport::kNone;
}

Timestamp read_time(const RecordFields& flow, std::string_view key, const RecordFields& ours,
                    std::string_view nanoseconds) {
    return flow.time(key) + Duration{ours.number_if(nanoseconds, 999)};
}

EndReason read_reason(const RecordFields& flow) {
    return flow.word_if("reason", EndReason::kTraceEnd);
}

std::uint8_t read_flags(const RecordFields& tcp, std::string_view key) {
    const std::string_view text = tcp.text(key);
    unsigned flags = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), flags, 16);
    if (error == std::errc{} && end == text.data() + text.size() && flags <= 0xff) {
        return static_cast<std::uint8_t>(flags);
    }
    tcp.expect(key, "two hexadecimal digits");
    return 0;
}

TcpState read_state(const RecordFields& tcp, const RecordFields& ours) {
    const std::string_view exact = ours.text_if("tcp_state");
    if (exact == "midstream") return TcpState::kMidstream;
    if (exact == "reset") return TcpState::kReset;
    if (!exact.empty()) ours.expect("tcp_state", "midstream or reset");
    const std::string_view word = tcp.text("state");
    if (word == "none") return TcpState::kNone;
    if (word == "syn_sent") return TcpState::kSynSent;
    if (word == "syn_recv") return TcpState::kSynReceived;
    if (word == "established") return TcpState::kEstablished;
    if (word == "closed") return TcpState::kClosed;
    tcp.expect("state", "one of none, syn_sent, syn_recv, established, closed");
    return TcpState::kNone;
}

/// Of the tags whose zero is a value: nothing if `key` is absent.
void read_tag(const RecordFields& told, std::string_view key, std::uint64_t most, HasTag tag,
              Tags& tags, std::uint32_t& value) {
    if (!told.find(key)) return;
    tags.has |= tag;
    value = static_cast<std::uint32_t>(told.number(key, most));
}

void read_tags(const RecordFields& record, const RecordFields& ours, Tags& tags) {
    const RecordFields told = ours.object("tags", "offport.tags.");
    if (!told.is_there()) return;
    if (const auto vlans = told.find("vlans")) {
        for (const json::Value& vlan : vlans->elements()) {
            const auto id = vlan.unsigned_integer();
            if (!id || *id > 4095 || tags.vlan_count == tags.vlans.size()) {
                told.expect("vlans", "up to two VLAN ids");
                return;
            }
            tags.vlans[tags.vlan_count++] = static_cast<std::uint16_t>(*id);
        }
    }
    tags.tunnel = told.word_if("tunnel", TunnelKind::kTzsp);
    if (has_vni(tags.tunnel)) {
        tags.vni = Vni{static_cast<std::uint32_t>(told.number("vni", 0xffffff))};
    }
    if (const auto key = key_name_of(tags.tunnel); !key.empty()) {
        read_tag(told, key, kMost32, kHasTunnelKey, tags, tags.tunnel_key);
    }
    read_tag(told, "mpls_label", 0xfffff, kHasMplsLabel, tags, tags.mpls_label);
    read_tag(told, "nsh_path", 0xffffff, kHasNshPath, tags, tags.nsh_path);
    read_tag(told, "nsh_context", kMost32, kHasNshContext, tags, tags.nsh_context);
    if (told.find("group_policy")) {
        tags.has_group_policy = 1;
        tags.group_policy = static_cast<std::uint16_t>(told.number("group_policy", 65535));
    }
    const RecordFields tunnel = record.object("tunnel", "tunnel.");
    if (!tunnel.is_there()) return;
    tags.outer_source = tunnel.address("src_ip");
    tags.outer_destination = tunnel.address("dest_ip");
    tags.depth = static_cast<std::uint8_t>(tunnel.number("depth", kMaxTunnels));
}

Attribution read_attribution(const RecordFields& told) {
    return {.device = std::string{told.text_if("device")},
            .device_name = std::string{told.text_if("device_name")},
            .user = std::string{told.text_if("user")},
            .platform = told.word_if("platform", Platform::kIos),
            .app = std::string{told.text_if("app")},
            .app_group = std::string{told.text_if("app_group")},
            .rule = std::string{told.text_if("rule")},
            .method = told.find("method") ? told.word_if("method", AttributionMethod::kNone)
                                          : AttributionMethod::kNone,
            .confidence = told.word_if("confidence", AttributionConfidence::kHigh)};
}

DeviceContext read_context(const RecordFields& told) {
    return {.app_state = told.word_if("app_state", AppState::kBackground),
            .app_state_since = told.time_if("app_state_since"),
            .last_foreground = told.time_if("last_foreground"),
            .locked = told.word_if("locked", Tristate::kYes),
            .locked_since = told.time_if("locked_since"),
            .since_interaction = told.seconds_if("since_interaction_seconds"),
            .since_job = told.seconds_if("since_job_seconds"),
            .job = std::string{told.text_if("job")},
            .since_unlock = told.seconds_if("since_unlock_seconds"),
            .started_locked = told.word_if("started_locked", Tristate::kYes),
            .since_process = told.seconds_if("since_process_seconds"),
            .managed = told.word_if("managed", Tristate::kYes),
            .supervised = told.word_if("supervised", Tristate::kYes),
            .compliant = told.word_if("compliant", Tristate::kYes),
            .app_managed = told.word_if("app_managed", Tristate::kYes),
            .app_approved = told.word_if("app_approved", Tristate::kYes),
            .app_installed = told.word_if("app_installed", Tristate::kYes),
            .app_version = std::string{told.text_if("app_version")},
            .app_signer = std::string{told.text_if("app_signer")}};
}

void read_counts(const RecordFields& flow, Observation& session) {
    session.packets_to_server = flow.number("pkts_toserver", kMost);
    session.packets_to_client = flow.number("pkts_toclient", kMost);
    session.bytes_to_server = flow.number("bytes_toserver", kMost);
    session.bytes_to_client = flow.number("bytes_toclient", kMost);
    session.ended = flow.find("reason").has_value();
    session.end_reason = read_reason(flow);
}

void read_tcp(const RecordFields& tcp, const RecordFields& ours, Observation& session) {
    session.tcp_state = read_state(tcp, ours);
    session.tcp_flags_to_server = read_flags(tcp, "tcp_flags_ts");
    session.tcp_flags_to_client = read_flags(tcp, "tcp_flags_tc");
}

void read_ours(const RecordFields& ours, Observation& session) {
    session.attribution = read_attribution(ours.object("attribution", "offport.attribution."));
    session.context = read_context(ours.object("context", "offport.context."));
    session.confirmed = ours.word_if("confirmed", Confirmed::kBoth);
    session.conflict = ours.flag_if("conflict");
    session.loss_seen = ours.flag_if("loss_seen");
    session.overlap_conflict = ours.flag_if("overlap_conflict");
    const RecordFields inner = ours.object("inner", "offport.inner.");
    session.inner_protocol = std::string{inner.text_if("app_proto")};
    session.inner_confirmed = inner.word_if("confirmed", Confirmed::kBoth);
    session.is_proxied = inner.flag_if("proxied");
    session.proxy_protocol = std::string{ours.text_if("proxy_protocol")};
    if (const auto ids = ours.find("exceptions_hit")) {
        for (const json::Value& id : ids->elements())
            session.exceptions_hit.emplace_back(id.text().value_or(std::string_view{}));
    }
}

/// What every record that is judged anew must have.
void check_confirmed(const RecordFields& ours, std::string& error) {
    if (!error.empty()) return;
    if (!ours.is_there()) {
        error =
            "expected an `offport` object: only offport's own records tell what a policy is asked "
            "about";
    } else if (!ours.find("confirmed")) {
        ours.expect("confirmed", "none, client, server or both");
    }
}

}  // namespace

std::string_view event_type_of(const json::Value& record) noexcept {
    const auto type = record.find("event_type");
    return type ? type->text().value_or(std::string_view{}) : std::string_view{};
}

std::string_view finding_of(const json::Value& record) noexcept {
    const auto ours = record.find("offport");
    const auto id = ours ? ours->find("finding") : std::nullopt;
    return id ? id->text().value_or(std::string_view{}) : std::string_view{};
}

result::Result<Observation> read_session(const json::Value& record) {
    std::string error;
    const RecordFields fields{record, "", error};
    const RecordFields ours = fields.object("offport", "offport.");
    check_confirmed(ours, error);
    const RecordFields flow = fields.object("flow", "flow.");
    Observation session;
    session.flow_id = fields.number("flow_id", kMost);
    session.client = {fields.address("src_ip"), fields.port("src_port")};
    session.server = {fields.address("dest_ip"), fields.port("dest_port")};
    session.transport = read_transport(fields);
    read_tags(fields, ours, session.tags);
    session.start = read_time(flow, "start", ours, "start_nanoseconds");
    session.last = read_time(flow, "end", ours, "end_nanoseconds");
    session.protocol = std::string{fields.text("app_proto")};
    session.protocol_to_server = spoken(fields.text("app_proto_ts"));
    session.protocol_to_client = spoken(fields.text("app_proto_tc"));
    read_counts(flow, session);
    if (session.transport == Transport::kTcp) read_tcp(fields.object("tcp", "tcp."), ours, session);
    read_ours(ours, session);
    read_facts(fields, ours, session);
    if (!error.empty()) return result::Error{error};
    return session;
}

}  // namespace sensor::report
