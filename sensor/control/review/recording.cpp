#include "sensor/control/review/recording.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <tuple>

#include "sensor/control/plain_question.h"
#include "sensor/report/eve_reader.h"

namespace sensor::control {
result::Result<Recording> Recording::read(const std::vector<std::string>& paths,
                                          std::span<const Configuration* const> asked,
                                          const Visit& visit) {
    auto files = EveFiles::open(paths);
    if (!files) return files.error();
    Recording recording{std::move(*files)};
    if (const auto scanned = recording.scan(asked, visit); !scanned) return scanned.error();
    return recording;
}

result::Status Recording::keep(const Observation& session, const RecordPlace& place,
                               bool is_unapproved) {
    if (places_.size() == std::numeric_limits<std::uint32_t>::max()) {
        return result::Error{"expected fewer sessions; judge fewer files at once"};
    }
    const auto number = static_cast<std::uint32_t>(places_.size());
    places_.push_back(place);
    if (is_unapproved && session.protocol != judge::kUnknownProtocol) {
        moments_.push_back({nanoseconds_of(session.start), number, RecordKind::kUnapproved});
    }
    moments_.push_back({nanoseconds_of(session.last), number, RecordKind::kEnd});
    return result::Done{};
}

/// Every record is read whole, so that a bad one is told whatever a policy says of the others.
result::Status Recording::scan(std::span<const Configuration* const> asked, const Visit& visit) {
    std::vector<PlainQuestion> questions;
    for (const Configuration* configuration : asked)
        questions.emplace_back(*configuration);
    const bool has_neighbours = std::ranges::any_of(asked, [](const Configuration* configuration) {
        return configuration->policy.neighbours.any();  // which look at what is approved, too
    });
    const auto take = [&](const json::Value& record, const RecordPlace& place) -> result::Status {
        if (report::event_type_of(record) != "flow") {
            ++others_;
            return result::Done{};
        }
        const auto session = report::read_session(record);
        if (!session) return session.error();
        ++flows_;
        if (visit) visit(*session);
        const bool is_unapproved = std::ranges::any_of(
            questions, [&](const PlainQuestion& question) { return !question.approves(*session); });
        if (!is_unapproved && !has_neighbours) return result::Done{};
        return keep(*session, place, is_unapproved);
    };
    if (auto scanned = files_.scan(take); !scanned) return scanned;
    std::ranges::sort(moments_, [](const Moment& a, const Moment& b) {
        return std::tie(a.time_ns, a.kind, a.session) < std::tie(b.time_ns, b.kind, b.session);
    });
    return result::Done{};
}

result::Result<Observation> Recording::session_of(const Moment& moment) {
    if (moment.kind == RecordKind::kEnd) {
        if (auto begun = begun_.extract(moment.session)) return std::move(begun.mapped());
    }
    const RecordPlace& place = places_[moment.session];
    const auto record = files_.read(place);
    if (!record) return record.error();
    auto session = report::read_session(*record);
    if (!session) return files_.changed(place, session.error().message);
    const bool is_kept = moment.kind == RecordKind::kUnapproved && begun_.size() < kKept;
    if (is_kept) begun_.emplace(moment.session, *session);
    return session;
}

result::Result<std::vector<Rejudged>> Recording::judge(
    std::span<const Configuration* const> configurations) {
    std::vector<std::unique_ptr<Rejudge>> judges;
    for (const Configuration* configuration : configurations)
        judges.push_back(std::make_unique<Rejudge>(*configuration));
    for (const Moment& moment : moments_) {
        const auto session = session_of(moment);
        if (!session) return session.error();
        for (const auto& judge : judges)
            judge->consider(moment.kind, *session);
    }
    std::vector<Rejudged> rejudged;
    for (const auto& judge : judges)
        rejudged.push_back(judge->finish());
    return rejudged;
}

}  // namespace sensor::control
