#include "sensor/attribute/feeds/ndjson_writer.h"

#include "lib/json/writer.h"
#include "sensor/attribute/rfc3339.h"

namespace sensor::attribute::feeds {
namespace {

/// Left out if unknown.
void member_if(json::Writer& out, json::Key name, Tristate value) {
    if (value != Tristate::kUnknown) out.member(name, value == Tristate::kYes);
}

struct FactWriter {
    json::Writer& out;

    void operator()(const DeviceFact& fact) const {
        out.member("kind", "device").member_if("name", fact.name).member_if("user", fact.user);
        if (fact.platform != Platform::kUnknown) out.member("platform", name_of(fact.platform));
        member_if(out, "managed", fact.managed);
        member_if(out, "supervised", fact.supervised);
        member_if(out, "compliant", fact.compliant);
        if (fact.also_known_as.empty()) return;
        out.key("also_known_as").begin_array();
        for (const std::string& id : fact.also_known_as)
            out.text(id);
        out.end_array();
    }
    void operator()(const LeaseFact& fact) const {
        out.member("kind", "lease").member("address", to_string(fact.address));
        out.member("state", fact.granted ? "granted" : "released");
        out.member_if("app_group", fact.app_group);
    }
    void operator()(const LockFact& fact) const {
        out.member("kind", "lock_state").member("state", fact.locked ? "locked" : "unlocked");
    }
    void operator()(const AppStateFact& fact) const {
        const bool is_foreground = fact.state == AppState::kForeground;
        out.member("kind", "app_state").member("app", fact.app);
        out.member("state", is_foreground ? "foreground" : "background");
    }
    void operator()(const InteractionFact&) const { out.member("kind", "user_interaction"); }
    void operator()(const JobFact& fact) const {
        out.member("kind", "job_start").member("app", fact.app).member("job", fact.job);
    }
    void operator()(const ProcessFact& fact) const {
        out.member("kind", "process_start").member("app", fact.app);
        out.member_if("process", fact.process);
    }
    void operator()(const ConnectFact& fact) const {
        out.member("kind", "connect").member("app", fact.app);
        out.member("destination", to_string(fact.destination.address));
        out.member("port", static_cast<int>(fact.destination.port));
        out.member("transport", fact.transport == Transport::kUdp ? "udp" : "tcp");
        if (!fact.client) return;
        out.member("source", to_string(fact.client->address));
        out.member("source_port", static_cast<int>(fact.client->port));
    }
    void operator()(const AppFact& fact) const {
        out.member("kind", "app_inventory").member("app", fact.app);
        member_if(out, "managed", fact.managed);
        member_if(out, "approved", fact.approved);
        member_if(out, "installed", fact.installed);
        out.member_if("version", fact.version).member_if("signer", fact.signer);
    }
};

}  // namespace

void append_ndjson(const IdentityEvent& event, std::string& lines) {
    json::Writer out;
    out.begin_object().member("v", 1).member("ts", rfc3339_text(event.time));
    out.member_if("device_id", event.device).member_if("told_by", event.source);
    std::visit(FactWriter{out}, event.fact);
    out.end_object();
    lines += out.view();
    lines += '\n';
}

}  // namespace sensor::attribute::feeds
