// RADIUS accounting that the sensor sees on its way to somebody else's server: the same requests as
// a RadiusListener hears, and nobody to answer.
#pragma once

#include <string>
#include <vector>

#include "lib/metrics/family.h"
#include "sensor/attribute/feeds/radius.h"
#include "sensor/control/feeds/identity_files.h"
#include "sensor/control/feeds/radius_config.h"
#include "sensor/control/feeds/radius_counts.h"
#include "sensor/model/app_group.h"
#include "sensor/model/datagram_record.h"

namespace sensor::control {

class MirroredRadius {
  public:
    MirroredRadius(const RadiusConfig& config, const std::vector<AppGroup>& groups);

    // The cold side's thread:
    [[nodiscard]] std::vector<IdentityEvent> read(const DatagramRecord& datagram);
    /// Of the last read() these many events went nowhere. Should the server not have heard them
    /// either, they come again.
    void lose(std::size_t events);
    /// Adds to `counts` what was not used, in a line for each reason.
    void note_unused(IdentityCounts& counts) const;

    /// Any thread.
    void add_metrics(metrics::Family& requests) const {
        counts_.add_to(requests, "radius-mirrored", 0);
    }

  private:
    attribute::feeds::RadiusReader reader_;
    RadiusCounts counts_;
};

/// The number of RADIUS among the protocols' names.
[[nodiscard]] ProtocolId radius_protocol(const std::vector<std::string>& names);

}  // namespace sensor::control
