#include "sensor/evidence/book.h"

#include <utility>

#include "sensor/evidence/comment.h"

namespace sensor::evidence {

result::Result<std::unique_ptr<Book>> Book::open(const Options& options, FilesOptions how,
                                                 const std::vector<Channel*>& channels) {
    auto files = Files::open(options, std::move(how));
    if (!files) return files.error();
    return std::unique_ptr<Book>{new Book{options, std::move(*files), channels}};
}

Book::Book(const Options& options, std::unique_ptr<Files> files,
           const std::vector<Channel*>& channels)
    : options_{options}, files_{std::move(files)}, sessions_{options, channels} {}

void Book::advance(const RecordOrder& order) {
    for (Packet packet; sessions_.next_until(order, packet);) {
        const auto found = attached_.find(packet.about.flow_id);
        if (found != attached_.end()) {
            for (const Attached& one : found->second) {
                if (!files_->append({one.finding, one.comment, {packet}})) continue;
                InFile& there = in_file_[one.finding][packet.about.flow_id];
                ++there.packets;
                there.last = packet.about.index;
            }
            if (packet.about.index >= options_.packets) attached_.erase(found);
        }
        sessions_.add(std::move(packet));
    }
}

KeptEvidence Book::note(const Finding& finding) {
    const std::uint64_t session = finding.session.flow_id;
    KeptEvidence kept{.state = put(finding), .file = {}, .packets = 0, .missing = 0};
    const auto known = in_file_.find(finding.id);
    if (known != in_file_.end() || files_->was_there(finding.id)) {
        kept.file = files_->path_of(finding.id);
    }
    if (known != in_file_.end() && known->second.contains(session)) {
        const InFile& there = known->second[session];
        kept.packets = there.packets;
        kept.missing = there.last - there.packets;
    }
    const bool has_ended = finding.status != FindingStatus::kOpen;
    // No new session led here: what there is, is of one from before this process.
    if (has_ended && kept.state == EvidenceState::kOverwritten && !kept.file.empty()) {
        kept.state = EvidenceState::kWritten;
    }
    if (has_ended) forget(finding.id);
    return kept;
}

EvidenceState Book::put(const Finding& finding) {
    const std::uint64_t session = finding.session.flow_id;
    const std::vector<Packet>* packets = sessions_.of(session);
    const auto known = in_file_.find(finding.id);
    if (known != in_file_.end()) {
        if (known->second.contains(session)) return EvidenceState::kWritten;
        if (packets != nullptr && known->second.size() >= options_.sessions) {
            return EvidenceState::kFull;
        }
    }
    if (packets == nullptr) return EvidenceState::kOverwritten;
    std::string comment = comment_of(finding);
    if (!files_->append({finding.id, comment, *packets})) return EvidenceState::kFailed;
    const std::uint32_t last = packets->back().about.index;
    in_file_[finding.id][session] = {.packets = static_cast<std::uint32_t>(packets->size()),
                                     .last = last};
    if (last < options_.packets) attached_[session].push_back({finding.id, std::move(comment)});
    return EvidenceState::kWritten;
}

/// It has ended, and so has what may be added to its file.
void Book::forget(const std::string& finding) {
    const auto known = in_file_.find(finding);
    if (known == in_file_.end()) return;
    for (const auto& [session, there] : known->second) {
        const auto attached = attached_.find(session);
        if (attached == attached_.end()) continue;
        std::erase_if(attached->second,
                      [&](const Attached& one) { return one.finding == finding; });
        if (attached->second.empty()) attached_.erase(attached);
    }
    in_file_.erase(known);
}

void Book::begin_epoch() {
    sessions_.clear();
    attached_.clear();
}

}  // namespace sensor::evidence
