// Engine, where first packets are kept for findings.
#include <algorithm>

#include "sensor/control/engine.h"

namespace sensor::control {

result::Status Engine::open_evidence() {
    const evidence::Options& options = options_.evidence;
    if (!options.is_wanted()) return result::Done{};
    constexpr std::size_t kChannelBytes = std::size_t{2} << 20U;  // from each worker
    const auto when_full = options_.when_full == pipeline::WhenFull::kDrop
                               ? evidence::WhenFull::kDrop
                               : evidence::WhenFull::kWait;
    std::vector<evidence::Channel*> channels;
    for (unsigned worker = 0; worker < options_.workers; ++worker) {
        evidence_channels_.push_back(std::make_unique<evidence::Channel>(kChannelBytes, when_full));
        channels.push_back(evidence_channels_.back().get());
    }
    evidence::FilesOptions files = options_.evidence_files;
    files.when_full = when_full;
    auto book = evidence::Book::open(options, std::move(files), channels);
    if (!book) return book.error();
    evidence_ = std::move(*book);
    return result::Done{};
}

void Engine::tell(std::vector<Finding> findings) {
    for (Finding& finding : findings) {
        ++revisions_[static_cast<std::size_t>(finding.severity)];
        if (options_.keeps_told) told_.push_back(finding.id);
        if (evidence_) finding.evidence = evidence_->note(finding);
        listener_.on_finding(finding);
    }
}

std::string Engine::evidence_notice() {
    return evidence_ ? evidence_->take_notice() : std::string{};
}

result::Status Engine::close_evidence() {
    if (!evidence_) return result::Done{};
    return evidence_->close();
}

}  // namespace sensor::control
