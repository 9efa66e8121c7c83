// Recorded flows judged anew: what a policy would have found in them. Cold path.
//
// All files together are one stretch of time. A record tells a session's end; a session is judged
// when it began, as the daemon does, and once more when it was over.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sensor/control/configuration.h"
#include "sensor/control/review/eve_files.h"
#include "sensor/control/review/rejudge.h"

namespace sensor::control {

class Recording {
  public:
    /// Reads all files once and keeps the places of the sessions that one of the policies does not
    /// plainly approve. Lines that are no records are left out; see files(). An error if a file
    /// cannot be read.
    [[nodiscard]] static result::Result<Recording> read(
        const std::vector<std::string>& paths, std::span<const Configuration* const> asked);

    /// What the policy of `configuration`, which must be one of those asked, finds.
    [[nodiscard]] result::Result<Rejudged> judge(const Configuration& configuration);

    [[nodiscard]] std::uint64_t flows() const noexcept { return flows_; }
    /// Records of other types, which are passed over.
    [[nodiscard]] std::uint64_t others() const noexcept { return others_; }
    [[nodiscard]] const EveFiles& files() const noexcept { return files_; }

  private:
    /// A session's record to be given to the judge, at its time.
    struct Moment {
        std::int64_t time_ns = 0;
        RecordPlace place;
        RecordKind kind{};
    };
    explicit Recording(EveFiles files) : files_{std::move(files)} {}
    [[nodiscard]] result::Status scan(std::span<const Configuration* const> asked);

    EveFiles files_;
    std::vector<Moment> moments_;
    std::uint64_t flows_ = 0;
    std::uint64_t others_ = 0;
};

}  // namespace sensor::control
