#include "sensor/report/eve_extension.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "sensor/report/time_text.h"

namespace sensor::report {
namespace {

void write_seconds(json::Writer& out, json::Key key, Duration duration) {
    out.key(key).number(seconds_of(duration));
}

void write_time_if(json::Writer& out, json::Key key, const std::optional<Timestamp>& time) {
    if (time) out.member(key, eve_time_text(*time));
}

bool says_nothing(const Attribution& attribution) noexcept {
    return attribution.app.empty() && attribution.app_group.empty() && attribution.device.empty() &&
           attribution.device_name.empty() && attribution.user.empty() &&
           attribution.rule.empty() && attribution.platform == Platform::kUnknown &&
           attribution.method == AttributionMethod::kNone &&
           attribution.confidence == AttributionConfidence::kNone;
}

void write_attribution(json::Writer& out, const Attribution& attribution, Unknowns unknowns) {
    const bool all = unknowns == Unknowns::kTold;
    if (!all && says_nothing(attribution)) return;
    out.key("attribution").begin_object();
    out.member_if("app", attribution.app);
    out.member_if("app_group", attribution.app_group);
    out.member_if("device", attribution.device);
    out.member_if("device_name", attribution.device_name);
    out.member_if("user", attribution.user);
    if (all || attribution.platform != Platform::kUnknown) {
        out.member("platform", name_of(attribution.platform));
    }
    if (all || attribution.method != AttributionMethod::kNone) {
        out.member("method", name_of(attribution.method));
    }
    if (all || attribution.confidence != AttributionConfidence::kNone) {
        out.member("confidence", name_of(attribution.confidence));
    }
    out.member_if("rule", attribution.rule);
    out.end_object();
}

void write_context(json::Writer& out, const DeviceContext& context) {
    out.key("context").begin_object();
    out.member("app_state", name_of(context.app_state));
    write_time_if(out, "app_state_since", context.app_state_since);
    write_time_if(out, "last_foreground", context.last_foreground);
    out.member("locked", name_of(context.locked));
    write_time_if(out, "locked_since", context.locked_since);
    if (context.since_interaction) {
        write_seconds(out, "since_interaction_seconds", *context.since_interaction);
    }
    if (context.since_job) write_seconds(out, "since_job_seconds", *context.since_job);
    out.member_if("job", context.job);
    if (context.since_unlock) write_seconds(out, "since_unlock_seconds", *context.since_unlock);
    if (context.since_process) {
        write_seconds(out, "since_process_seconds", *context.since_process);
        out.member("started_locked", name_of(context.started_locked));
    }
    out.member("managed", name_of(context.managed));
    out.member("supervised", name_of(context.supervised));
    out.member("compliant", name_of(context.compliant));
    out.member("app_managed", name_of(context.app_managed));
    out.member("app_approved", name_of(context.app_approved));
    if (context.app_installed != Tristate::kUnknown) {
        out.member("app_installed", name_of(context.app_installed));
    }
    out.member_if("app_version", context.app_version);
    out.member_if("app_signer", context.app_signer);
    out.end_object();
}

/// What attribution and context rest on. An age is that at the session's start; negative if the
/// fact came to be after it.
void write_facts_used(json::Writer& out, const Observation& session) {
    if (session.facts_used.empty()) return;
    out.key("facts").begin_array();
    for (const UsedFact& fact : session.facts_used) {
        out.begin_object();
        out.member("fact", fact.what);
        out.member_if("source", fact.source);
        out.member("time", eve_time_text(fact.time));
        write_seconds(out, "age_seconds", session.start - fact.time);
        out.end_object();
    }
    out.end_array();
}

void write_tags(json::Writer& out, const Tags& tags) {
    if (tags == Tags{}) return;
    out.key("tags").begin_object();
    if (tags.vlan_count > 0) {
        out.key("vlans").begin_array();
        for (std::size_t i = 0; i < tags.vlan_count; ++i) {
            out.integer(tags.vlans[i]);
        }
        out.end_array();
    }
    out.member("tunnel", name_of(tags.tunnel));
    if (has_vni(tags.tunnel)) out.member("vni", static_cast<std::int64_t>(tags.vni));
    if (tags.has_tag(kHasTunnelKey)) {
        out.escaped_key(key_name_of(tags.tunnel)).unsigned_integer(tags.tunnel_key);
    }
    if (tags.has_tag(kHasMplsLabel)) out.member("mpls_label", std::int64_t{tags.mpls_label});
    if (tags.has_tag(kHasNshPath)) out.member("nsh_path", std::int64_t{tags.nsh_path});
    if (tags.has_tag(kHasNshContext)) out.member("nsh_context", std::int64_t{tags.nsh_context});
    if (tags.has_group_policy != 0) {
        out.member("group_policy", static_cast<int>(tags.group_policy));
    }
    out.end_object();
}

/// What the session goes on as, and what its proxy is.
void write_inner(json::Writer& out, const Observation& session, const FactIndex& facts) {
    if (!session.inner_protocol.empty()) {
        out.key("inner").begin_object();
        out.member("app_proto", session.inner_protocol);
        out.member("confirmed", name_of(session.inner_confirmed));
        if (session.is_proxied) out.member("proxied", true);
        out.end_object();
    }
    out.member_if("destination_requested", facts.first(Fact::kDestinationRequested));
    out.member_if("proxy_protocol", session.proxy_protocol);
}

/// What EVE's own members round off, and who judges the record anew would miss: nanoseconds, and
/// states of TCP that Suricata has no word for.
void write_rounded_off(json::Writer& out, const Observation& session) {
    const auto below = [](Timestamp time) {
        const auto rest = time - std::chrono::floor<std::chrono::microseconds>(time);
        return static_cast<std::int64_t>(rest.count());
    };
    if (below(session.start) != 0) out.member("start_nanoseconds", below(session.start));
    if (below(session.last) != 0) out.member("end_nanoseconds", below(session.last));
    if (session.tcp_state == TcpState::kMidstream) out.member("tcp_state", "midstream");
    if (session.tcp_state == TcpState::kReset) out.member("tcp_state", "reset");
}

/// Of unknown sessions: what their first bytes look like.
void write_first_bytes(json::Writer& out, const Observation& session, const FactIndex& facts) {
    struct Member {
        Fact fact;
        json::Key key;
    };
    constexpr std::array<Member, 4> kMembers{{{Fact::kEntropyToServer, "entropy_ts"},
                                              {Fact::kPrintableToServer, "printable_ts"},
                                              {Fact::kEntropyToClient, "entropy_tc"},
                                              {Fact::kPrintableToClient, "printable_tc"}}};
    const auto is_there = [&](const Member& one) { return !facts.first(one.fact).empty(); };
    if (session.protocol != "unknown" || std::ranges::none_of(kMembers, is_there)) return;
    out.key("first_bytes").begin_object();
    for (const auto& [fact, key] : kMembers) {
        const std::string_view text = facts.first(fact);
        double value = 0;
        if (std::from_chars(text.data(), text.data() + text.size(), value).ec != std::errc{}) {
            continue;
        }
        out.key(key).number(value);
    }
    out.end_object();
}

/// Client and server may both name their software.
void write_software(json::Writer& out, const Observation& session, const FactIndex& facts) {
    if (facts.first(Fact::kSoftware).empty()) return;
    out.key("software").begin_array();
    for (const auto& [fact, value] : session.facts) {
        if (fact == Fact::kSoftware) out.text(value);
    }
    out.end_array();
}

void write_recurrence(json::Writer& out, const Recurrence& recurrence) {
    out.key("recurrence").begin_object();
    out.member("sessions", recurrence.sessions);
    if (recurrence.sessions > 1) {
        write_seconds(out, "median_interval_seconds", recurrence.median_interval);
        write_seconds(out, "spread_seconds", recurrence.spread);
    }
    out.member("stable", recurrence.stable);
    out.end_object();
}

/// Before it was closed and opened again.
void write_earlier(json::Writer& out, const EarlierLife& earlier) {
    if (earlier.times == 0) return;
    out.key("earlier").begin_object();
    out.member("times_closed", earlier.times);
    out.member("sessions", earlier.sessions);
    out.member("first_seen", eve_time_text(earlier.first_seen));
    out.member("last_seen", eve_time_text(earlier.last_seen));
    out.end_object();
}

/// Findings that nobody was told of since the one before this.
void write_suppressed(json::Writer& out, const Suppressed& suppressed) {
    if (suppressed == Suppressed{}) return;
    out.key("suppressed").begin_object();
    if (suppressed.of_device != 0) out.member("of_device", suppressed.of_device);
    if (suppressed.of_app != 0) out.member("of_app", suppressed.of_app);
    if (suppressed.of_rule != 0) out.member("of_rule", suppressed.of_rule);
    out.end_object();
}

/// Where the newest session's first packets are, or why they are not.
void write_evidence(json::Writer& out, const std::optional<KeptEvidence>& evidence) {
    if (!evidence) return;
    out.key("evidence").begin_object();
    out.member("state", name_of(evidence->state));
    out.member_if("file", evidence->file);
    if (evidence->packets != 0) out.member("packets", std::int64_t{evidence->packets});
    if (evidence->missing != 0) out.member("missing", std::int64_t{evidence->missing});
    out.end_object();
}

void write_contributions(json::Writer& out, const std::vector<Contribution>& contributions) {
    out.key("contributions").begin_array();
    for (const Contribution& part : contributions) {
        out.begin_object();
        out.member("name", part.name);
        out.member_if("channel", part.channel);
        out.member("points", part.points);
        out.member_if("detail", part.detail);
        out.end_object();
    }
    out.end_array();
}

}  // namespace

void write_session_extension(json::Writer& out, const Observation& session, const FactIndex& facts,
                             Unknowns unknowns) {
    write_attribution(out, session.attribution, unknowns);
    if (unknowns == Unknowns::kTold || !session.attribution.device.empty()) {
        write_context(out, session.context);
    }
    out.member("confirmed", name_of(session.confirmed));
    out.member("conflict", session.conflict);
    out.member("loss_seen", session.loss_seen);
    out.member("overlap_conflict", session.overlap_conflict);
    write_rounded_off(out, session);
    if (!session.exceptions_hit.empty()) {
        out.key("exceptions_hit").begin_array();
        for (const std::string& id : session.exceptions_hit)
            out.text(id);
        out.end_array();
    }
    write_tags(out, session.tags);
    write_inner(out, session, facts);
    out.member_if("banner", facts.first(Fact::kBanner));
    out.member_if("user_agent", facts.first(Fact::kUserAgent));
    write_software(out, session, facts);
    write_first_bytes(out, session, facts);
}

void write_finding_extension(json::Writer& out, const Finding& finding) {
    out.member("finding", finding.id);
    out.member("revision", static_cast<std::int64_t>(finding.revision));
    out.member("status", name_of(finding.status));
    out.member_if("revised_by", finding.revised_by);
    out.member("kind", name_of(finding.kind));
    out.member("score", finding.score);
    out.member("severity", name_of(finding.severity));
    write_contributions(out, finding.contributions);
    out.member_if("rule", finding.rule);
    out.member_if("expected", finding.expected);
    out.member_if("role", finding.role);
    out.member("first_seen", eve_time_text(finding.first_seen));
    out.member("last_seen", eve_time_text(finding.last_seen));
    write_recurrence(out, finding.recurrence);
    write_earlier(out, finding.earlier);
    write_suppressed(out, finding.suppressed);
    write_evidence(out, finding.evidence);
    write_facts_used(out, finding.session);
}

}  // namespace sensor::report
