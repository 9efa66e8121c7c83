// The lines of JudgeState: one object each.
#include <algorithm>
#include <charconv>
#include <limits>

#include "lib/json/json.h"
#include "lib/json/writer.h"
#include "sensor/control/judge_state.h"
#include "sensor/report/eve.h"
#include "sensor/report/eve_reader.h"
#include "sensor/report/record_fields.h"

namespace sensor::control {
namespace {

using report::RecordFields;

constexpr std::uint64_t kAny = std::numeric_limits<std::int64_t>::max();

void write_time(json::Writer& out, json::Key key, Timestamp time) {
    out.member(key, nanoseconds_of(time));
}

Timestamp read_time(const RecordFields& fields, std::string_view key) {
    const auto value = fields.find(key);
    const auto nanoseconds = value ? value->integer() : std::nullopt;
    if (!nanoseconds) fields.expect(key, "nanoseconds");
    return timestamp_of(nanoseconds.value_or(0));
}

void write_life(json::Writer& out, const EarlierLife& life) {
    out.key("earlier").begin_object();
    out.member("times", life.times).member("sessions", life.sessions);
    write_time(out, "first_seen", life.first_seen);
    write_time(out, "last_seen", life.last_seen);
    out.end_object();
}

EarlierLife read_life(const RecordFields& fields) {
    const RecordFields life = fields.object("earlier", "earlier.");
    return {.times = life.number("times", kAny),
            .sessions = life.number("sessions", kAny),
            .first_seen = read_time(life, "first_seen"),
            .last_seen = read_time(life, "last_seen")};
}

void write_evidence(json::Writer& out, const judge::EvidenceList& evidence) {
    out.key("evidence").begin_object();
    for (std::size_t i = 0; i < judge::kEvidenceCount; ++i) {
        const auto& detail = evidence[static_cast<judge::Evidence>(i)];
        if (detail) out.escaped_key(judge::kEvidence[i].name).text(*detail);
    }
    out.end_object();
}

judge::EvidenceList read_evidence(const RecordFields& fields) {
    const RecordFields details = fields.object("evidence", "evidence.");
    judge::EvidenceList evidence;
    for (std::size_t i = 0; i < judge::kEvidenceCount; ++i) {
        const auto detail = details.find(judge::kEvidence[i].name);
        const auto text = detail ? detail->text() : std::nullopt;
        if (text) evidence.set(static_cast<judge::Evidence>(i), std::string{*text});
    }
    return evidence;
}

void write_starts(json::Writer& out, const judge::SessionStarts& starts) {
    out.member("sessions", starts.sessions());
    out.key("starts").begin_array();
    for (const std::int64_t start : starts.kept())
        out.integer(start);
    out.end_array();
}

judge::SessionStarts read_starts(const RecordFields& fields) {
    judge::SessionStarts starts;
    const auto kept = fields.find("starts");
    if (!kept || !kept->is_array()) {
        fields.expect("starts", "a list of nanoseconds");
        return starts;
    }
    std::uint64_t forgotten = fields.number("sessions", kAny);
    const std::vector<json::Value> elements = kept->elements();
    forgotten -= std::min<std::uint64_t>(forgotten, elements.size());
    starts.add_forgotten(forgotten);
    for (const json::Value& element : elements)
        starts.add(timestamp_of(element.integer().value_or(0)));
    return starts;
}

void write_told(json::Writer& out, const judge::Behaviour& behaviour) {
    out.key("told").begin_object();
    out.member("is_told", behaviour.is_told);
    out.member("is_suppressed", behaviour.is_suppressed);
    out.member("revision", static_cast<std::int64_t>(behaviour.revision));
    out.member("severity", name_of(behaviour.told_severity));
    out.member("sessions", behaviour.told_sessions);
    write_time(out, "last_seen", behaviour.told_last_seen);
    out.key("points").begin_object();
    for (std::size_t i = 0; i < judge::kEvidenceCount; ++i) {
        if (behaviour.told_points[i] == 0) continue;
        out.escaped_key(judge::kEvidence[i].name).integer(behaviour.told_points[i]);
    }
    out.end_object().end_object();
}

void read_told(const RecordFields& fields, judge::Behaviour& behaviour) {
    const RecordFields told = fields.object("told", "told.");
    behaviour.is_told = told.flag_if("is_told");
    behaviour.is_suppressed = told.flag_if("is_suppressed");
    behaviour.revision = static_cast<std::uint32_t>(told.number("revision", 0xffffffffU));
    behaviour.told_severity = told.word_if("severity", Severity::kHigh);
    behaviour.told_sessions = told.number("sessions", kAny);
    behaviour.told_last_seen = read_time(told, "last_seen");
    const auto points = told.find("points");
    if (!points) return;
    for (const auto& [name, value] : points->members()) {
        const auto row = std::ranges::find(judge::kEvidence, name, &judge::EvidenceRow::name);
        if (row == judge::kEvidence.end()) continue;  // of another version: the finding is revised
        behaviour.told_points[static_cast<std::size_t>(row - judge::kEvidence.begin())] =
            static_cast<int>(value.integer().value_or(0));
    }
}

/// Of 64 bits, which JSON's numbers are not sure to hold.
std::uint64_t read_hash(const RecordFields& fields, std::string_view key) {
    const std::string_view text = fields.text(key);
    std::uint64_t hash = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), hash);
    if (error != std::errc{} || end != text.data() + text.size()) fields.expect(key, "a number");
    return hash;
}

std::vector<std::uint32_t> read_hashes(const RecordFields& fields) {
    std::vector<std::uint32_t> hashes;
    const auto list = fields.find("hashes");
    if (!list || !list->is_array()) fields.expect("hashes", "a list of numbers");
    if (!list) return hashes;
    for (const json::Value& element : list->elements())
        hashes.push_back(static_cast<std::uint32_t>(element.integer().value_or(0)));
    return hashes;
}

void write_decision(json::Writer& out, const judge::Decision& decision) {
    out.member("kind", name_of(decision.kind)).member("rule", decision.rule);
    out.member("expected", decision.expected).member("role", decision.role);
}

judge::Decision read_decision(const RecordFields& fields) {
    judge::Decision decision;
    decision.kind = fields.word_if("kind", FindingKind::kRelay);
    decision.rule = fields.text_if("rule");
    decision.expected = fields.text_if("expected");
    decision.role = fields.text_if("role");
    return decision;
}

/// The newest session as a flow record has it: a text in the line.
Observation read_newest(const RecordFields& fields) {
    const auto document = json::Document::parse(fields.text("newest"));
    auto session = document ? report::read_session(document->root())
                            : result::Result<Observation>{document.error()};
    if (!session) fields.expect("newest", "a flow record: " + session.error().message);
    return session ? std::move(*session) : Observation{};
}

}  // namespace

std::string line_of(const judge::Behaviour& behaviour) {
    json::Writer out;
    out.begin_object().member("behaviour", behaviour.key).member("id", behaviour.id);
    write_time(out, "first_seen", behaviour.first_seen);
    write_time(out, "last_seen", behaviour.last_seen);
    out.member("longest", static_cast<std::int64_t>(behaviour.longest.count()));
    write_decision(out, behaviour.decision);
    write_starts(out, behaviour.starts);
    write_evidence(out, behaviour.evidence);
    write_life(out, behaviour.earlier);
    write_told(out, behaviour);
    json::Writer newest;
    report::write_flow(newest, behaviour.newest, {});
    out.member("newest", newest.view());
    out.end_object();
    return std::string{out.view()};
}

std::string line_of(const std::string& key, const judge::BehaviourTable::Past& past) {
    json::Writer out;
    out.begin_object().member("past", key).member("id", past.id);
    out.member("revision", static_cast<std::int64_t>(past.revision));
    out.member("severity", name_of(past.severity));
    write_life(out, past.life);
    write_starts(out, past.starts);
    out.end_object();
    return std::string{out.view()};
}

std::string line_of(const std::string& exception, std::uint64_t hits, Timestamp last) {
    json::Writer out;
    out.begin_object().member("exception", exception).member("hits", hits);
    write_time(out, "last", last);
    out.end_object();
    return std::string{out.view()};
}

std::string line_of(std::uint64_t spread, std::span<const std::uint32_t> hashes) {
    json::Writer out;
    out.begin_object().member("spread", std::to_string(spread));
    out.key("hashes").begin_array();
    for (const std::uint32_t hash : hashes)
        out.integer(static_cast<std::int64_t>(hash));
    out.end_array().end_object();
    return std::string{out.view()};
}

std::string line_of(const judge::AlertBudget::Entry& budget) {
    json::Writer out;
    out.begin_object().member("budget", std::to_string(budget.owner)).member("kind", budget.kind);
    out.member("hour", budget.hour).member("told", budget.told).member("untold", budget.untold);
    out.end_object();
    return std::string{out.view()};
}

std::optional<std::string> read_unused_exception(std::string_view line) {
    const auto document = json::Document::parse(line);
    if (!document) return std::nullopt;
    std::string error;
    const RecordFields fields{document->root(), "", error};
    if (!fields.find("exception") || fields.number("hits", kAny) != 0) return std::nullopt;
    std::string id{fields.text("exception")};
    return error.empty() ? std::optional{std::move(id)} : std::nullopt;
}

bool restore_line(std::string_view line, judge::Judge& judge) {
    const auto document = json::Document::parse(line);
    if (!document) return false;
    std::string error;
    const RecordFields fields{document->root(), "", error};
    if (fields.find("exception")) {
        const std::uint64_t hits = fields.number("hits", kAny);
        const Timestamp last = read_time(fields, "last");
        if (error.empty()) judge.restore_hits(std::string{fields.text("exception")}, hits, last);
    } else if (fields.find("spread")) {
        const std::uint64_t key = read_hash(fields, "spread");
        const auto hashes = read_hashes(fields);
        if (error.empty()) judge.spread().restore(key, hashes);
    } else {
        const judge::AlertBudget::Entry entry{
            .kind = fields.number("kind", 2),
            .owner = read_hash(fields, "budget"),
            .hour = static_cast<std::int64_t>(fields.number("hour", kAny)),
            .told = fields.number("told", kAny),
            .untold = fields.number("untold", kAny)};
        if (error.empty()) judge.budget().restore(entry);
    }
    return error.empty();
}

std::optional<judge::Behaviour> read_behaviour(std::string_view line) {
    const auto document = json::Document::parse(line);
    if (!document) return std::nullopt;
    std::string error;
    const RecordFields fields{document->root(), "", error};
    judge::Behaviour behaviour;
    behaviour.key = fields.text("behaviour");
    behaviour.id = fields.text("id");
    behaviour.first_seen = read_time(fields, "first_seen");
    behaviour.last_seen = read_time(fields, "last_seen");
    behaviour.longest = Duration{static_cast<std::int64_t>(fields.number("longest", kAny))};
    behaviour.decision = read_decision(fields);
    behaviour.starts = read_starts(fields);
    behaviour.evidence = read_evidence(fields);
    behaviour.earlier = read_life(fields);
    read_told(fields, behaviour);
    behaviour.newest = read_newest(fields);
    return error.empty() ? std::optional{std::move(behaviour)} : std::nullopt;
}

std::optional<std::pair<std::string, judge::BehaviourTable::Past>> read_past(
    std::string_view line) {
    const auto document = json::Document::parse(line);
    if (!document) return std::nullopt;
    std::string error;
    const RecordFields fields{document->root(), "", error};
    std::string key{fields.text("past")};
    judge::BehaviourTable::Past past{
        .id = std::string{fields.text("id")},
        .revision = static_cast<std::uint32_t>(fields.number("revision", 0xffffffffU)),
        .severity = fields.word_if("severity", Severity::kHigh),
        .life = read_life(fields),
        .starts = read_starts(fields)};
    if (!error.empty()) return std::nullopt;
    return std::pair{std::move(key), std::move(past)};
}

}  // namespace sensor::control
