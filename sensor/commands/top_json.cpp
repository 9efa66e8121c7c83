#include "sensor/commands/top_json.h"

#include "lib/json/writer.h"

namespace sensor::commands {
namespace {

using json::Writer;

void add(Writer& out, json::Key key, const Rate& rate) {
    out.key(key).begin_object();
    out.key("per_second").number(rate.per_second);
    out.key("total").number(rate.total);
    out.end_object();
}

void add(Writer& out, json::Key key, double value) {
    out.key(key).number(value);
}

void add(Writer& out, json::Key key, const std::vector<NamedRate>& rates) {
    out.key(key).begin_object();
    for (const auto& [name, rate] : rates) {
        out.escaped_key(name).begin_object();
        out.key("per_second").number(rate.per_second);
        out.key("total").number(rate.total);
        out.end_object();
    }
    out.end_object();
}

void add_one(Writer& out, const PortView& port, bool is_inline) {
    out.member("name", port.name).member("up", port.is_up);
    add(out, "packets", port.packets);
    add(out, "bits_per_second", port.bits_per_second);
    add(out, "dropped", port.dropped());
    add(out, "missed", port.missed);
    add(out, "errors", port.errors);
    add(out, "no_buffer", port.no_buffer);
    add(out, "truncated", port.truncated);
    if (!is_inline) return;
    add(out, "forwarded", port.forwarded);
    add(out, "not_forwarded", port.not_forwarded);
    add(out, "unsent", port.unsent);
    add(out, "bypassed", port.bypassed);
}

void add_one(Writer& out, const CoreView& core) {
    out.member("name", core.name).member("worker", core.is_worker);
    add(out, "busy", core.busy);
    add(out, "packets_per_second", core.packets_per_second);
    add(out, "packets_per_burst", core.packets_per_burst);
    if (!core.is_worker) return;
    add(out, "sessions_open", core.sessions);
    add(out, "sessions_limit", core.sessions_limit);
    add(out, "table_occupancy", core.table());
    add(out, "sessions", core.new_sessions);
    add(out, "untracked", core.untracked);
    add(out, "records_lost", core.lost_records);
    add(out, "fullest_ring", core.fullest_ring);
}

void add_one(Writer& out, const OutputView& output) {
    out.member("name", output.name).member("up", output.is_up);
    add(out, "written", output.written);
    add(out, "lost", output.lost);
    add(out, "waiting", output.waiting);
    add(out, "spool_bytes", output.spool_bytes);
}

void add_one(Writer& out, const FeedView& feed) {
    out.member("name", feed.name);
    add(out, "accepted", feed.accepted);
    add(out, "rejected", feed.rejected);
    add(out, "refused", feed.refused);
}

template <class One, class... More>
void add_list(Writer& out, json::Key key, const std::vector<One>& all, More... more) {
    out.key(key).begin_array();
    for (const One& one : all) {
        out.begin_object();
        add_one(out, one, more...);
        out.end_object();
    }
    out.end_array();
}

}  // namespace

std::string json_of(const View& view, const std::vector<Problem>& problems, std::string_view time) {
    Writer out;
    out.begin_object().member("time", time);
    add(out, "seconds", view.seconds);
    out.member("version", view.version).member("restarted", view.is_new_daemon);
    add(out, "start_time_seconds", view.started);
    out.key("problems").begin_array();
    for (const Problem& problem : problems) {
        out.begin_object().member("grade", name_of(problem.grade)).member("text", problem.text);
        out.end_object();
    }
    out.end_array();
    add_list(out, "ports", view.ports, view.is_inline);
    add_list(out, "cores", view.cores);
    add(out, "not_decoded", view.rejected);
    add(out, "steering_dropped", view.steering_dropped);
    add(out, "protocols", view.protocols);
    add(out, "findings", view.findings);
    add(out, "suppressed", view.suppressed);
    add(out, "withdrawn", view.withdrawn);
    add(out, "behaviours_open", view.behaviours);
    add(out, "records_waiting", view.waiting_records);
    add(out, "records_written", view.records_written);
    add(out, "records_lost", view.records_lost);
    add_list(out, "outputs", view.outputs);
    add_list(out, "feeds", view.feeds);
    add(out, "feed_losses", view.feed_losses);
    add(out, "directory_troubles", view.directory_troubles);
    add(out, "devices", view.devices);
    if (view.journal) {
        out.key("journal").begin_object().member("failing", view.journal->is_failing);
        add(out, "bytes", view.journal->bytes);
        out.end_object();
    }
    out.end_object();
    return std::string{out.view()};
}

std::string json_of_absence(std::string_view why, std::string_view time) {
    Writer out;
    out.begin_object().member("time", time).member("error", why).end_object();
    return std::string{out.view()};
}

}  // namespace sensor::commands
