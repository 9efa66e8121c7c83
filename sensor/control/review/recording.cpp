#include "sensor/control/review/recording.h"

#include <algorithm>
#include <tuple>

#include "sensor/control/plain_question.h"
#include "sensor/report/eve_reader.h"

namespace sensor::control {
namespace {

bool is_plain(const PlainQuestion& question, const report::FlowGist& flow) {
    return !flow.is_proxied &&
           question.approves(flow.protocol, flow.transport, flow.port, flow.app_group);
}

}  // namespace

result::Result<Recording> Recording::read(const std::vector<std::string>& paths,
                                          std::span<const Configuration* const> asked) {
    auto files = EveFiles::open(paths);
    if (!files) return files.error();
    Recording recording{std::move(*files)};
    if (const auto scanned = recording.scan(asked); !scanned) return scanned.error();
    return recording;
}

result::Status Recording::scan(std::span<const Configuration* const> asked) {
    std::vector<PlainQuestion> questions;
    for (const Configuration* configuration : asked)
        questions.emplace_back(*configuration);
    const auto visit = [&](const json::Value& record, const RecordPlace& place) -> result::Status {
        if (report::event_type_of(record) != "flow") {
            ++others_;
            return result::Done{};
        }
        const auto flow = report::read_flow_gist(record);
        if (!flow) return flow.error();
        ++flows_;
        const bool is_kept = std::ranges::any_of(
            questions, [&](const PlainQuestion& question) { return !is_plain(question, *flow); });
        if (!is_kept) return result::Done{};
        if (flow->protocol != judge::kUnknownProtocol) {
            moments_.push_back({nanoseconds_of(flow->start), place, RecordKind::kUnapproved});
        }
        moments_.push_back({nanoseconds_of(flow->last), place, RecordKind::kEnd});
        return result::Done{};
    };
    if (auto scanned = files_.scan(visit); !scanned) return scanned;
    std::ranges::sort(moments_, [](const Moment& a, const Moment& b) {
        return std::tie(a.time_ns, a.kind, a.place.file, a.place.offset) <
               std::tie(b.time_ns, b.kind, b.place.file, b.place.offset);
    });
    return result::Done{};
}

result::Result<Rejudged> Recording::judge(const Configuration& configuration) {
    Rejudge judge{configuration};
    for (const Moment& moment : moments_) {
        const auto record = files_.read(moment.place);
        if (!record) return record.error();
        auto session = report::read_session(*record);
        if (!session) {
            // What is wrong with it was no matter for the cheap question, so it was not told yet.
            if (moment.kind == RecordKind::kEnd)
                files_.reject(moment.place, session.error().message);
            continue;
        }
        judge.consider(moment.kind, std::move(*session));
    }
    return judge.finish();
}

}  // namespace sensor::control
