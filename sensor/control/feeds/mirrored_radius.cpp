#include "sensor/control/feeds/mirrored_radius.h"

#include <algorithm>

namespace sensor::control {

using attribute::feeds::RadiusOutcome;

MirroredRadius::MirroredRadius(const RadiusConfig& config, const std::vector<AppGroup>& groups)
    : reader_{[&] {
          auto options = radius_reader_options(config, groups);
          options.trust_unverified = config.trust_unverified;
          return options;
      }()} {}

std::vector<IdentityEvent> MirroredRadius::read(const DatagramRecord& datagram) {
    reader_.keep();  // the one before: only the last can be taken back
    auto heard =
        reader_.read(datagram.payload(), datagram.source, timestamp_of(datagram.order.time_ns));
    counts_.add(heard.outcome);
    return std::move(heard.events);
}

void MirroredRadius::lose(std::size_t events) {
    if (events == 0) return;
    reader_.undo();
    counts_.add_refused();
}

void MirroredRadius::note_unused(IdentityCounts& counts) const {
    for (const RadiusOutcome outcome :
         {RadiusOutcome::kMalformed, RadiusOutcome::kUnknownClient,
          RadiusOutcome::kWrongAuthenticator, RadiusOutcome::kIncomplete}) {
        const std::uint64_t count = counts_[outcome];
        if (count == 0) continue;
        counts.rejected += count;
        counts.notes.push_back("mirrored RADIUS requests that were not used, " +
                               std::string{name_of(outcome)} + ": " + std::to_string(count));
    }
}

ProtocolId radius_protocol(const std::vector<std::string>& names) {
    return static_cast<ProtocolId>(std::ranges::find(names, "radius") - names.begin());
}

}  // namespace sensor::control
