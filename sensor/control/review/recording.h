// Recorded flows judged anew: what policies would have found in them. Cold path.
//
// All files together are one stretch of time. A record tells a session's end; a session is judged
// when it began, as the daemon does, and once more when it was over.
//
// Memory: 48 bytes for each session that is not plainly approved, kKept sessions, the blocks of
// EveFiles, and what the judges themselves keep.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "sensor/control/configuration.h"
#include "sensor/control/review/eve_files.h"
#include "sensor/control/review/rejudge.h"

namespace sensor::control {

class Recording {
  public:
    /// Sessions that have begun and are not over, kept so that their records are read once; of
    /// more, the records are read twice.
    static constexpr std::size_t kKept = 1U << 14U;

    using Visit = std::function<void(const Observation& session)>;
    /// Reads all files once, shows every session to `visit`, if there is one, and keeps the places
    /// of those that one of the policies does not plainly approve. Lines that are no records are
    /// left out, whatever the policies; see files(). An error if a file cannot be read.
    [[nodiscard]] static result::Result<Recording> read(const std::vector<std::string>& paths,
                                                        std::span<const Configuration* const> asked,
                                                        const Visit& visit = {});

    /// What each policy finds, in one pass. Each must be one of those asked, or approve whatever
    /// one of them approves.
    [[nodiscard]] result::Result<std::vector<Rejudged>> judge(
        std::span<const Configuration* const> configurations);

    [[nodiscard]] std::uint64_t flows() const noexcept { return flows_; }
    /// Records of other types, which are passed over.
    [[nodiscard]] std::uint64_t others() const noexcept { return others_; }
    [[nodiscard]] const EveFiles& files() const noexcept { return files_; }

  private:
    /// A session to be given to the judges, at its time.
    struct Moment {
        std::int64_t time_ns = 0;
        std::uint32_t session = 0;  ///< its place in places_
        RecordKind kind{};
    };
    explicit Recording(EveFiles files) : files_{std::move(files)} {}
    [[nodiscard]] result::Status scan(std::span<const Configuration* const> asked,
                                      const Visit& visit);
    [[nodiscard]] result::Status keep(const Observation& session, const RecordPlace& place,
                                      bool is_unapproved);
    [[nodiscard]] result::Result<Observation> session_of(const Moment& moment);

    EveFiles files_;
    std::vector<RecordPlace> places_;
    std::vector<Moment> moments_;
    std::unordered_map<std::uint32_t, Observation> begun_;  // by its place in places_
    std::uint64_t flows_ = 0;
    std::uint64_t others_ = 0;
};

}  // namespace sensor::control
