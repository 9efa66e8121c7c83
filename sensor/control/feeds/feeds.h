// Everything that hears identity events while the daemon runs, and the journal that they go
// through.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "lib/metrics/family.h"
#include "lib/result/result.h"
#include "sensor/control/configuration.h"
#include "sensor/control/feeds/directory_feed.h"
#include "sensor/control/feeds/identity_journal.h"
#include "sensor/control/feeds/intake.h"
#include "sensor/control/feeds/ipfix_listener.h"
#include "sensor/control/feeds/mirrored_radius.h"
#include "sensor/control/feeds/radius_listener.h"
#include "sensor/control/feeds/syslog_listener.h"

namespace sensor::control {

class Feeds {
  public:
    /// Opens the journal, if anything is to be heard. `configuration` must outlive it. One line on
    /// failure.
    [[nodiscard]] static result::Result<std::unique_ptr<Feeds>> open(
        const Configuration& configuration);

    Feeds(const Feeds&) = delete;
    Feeds& operator=(const Feeds&) = delete;
    ~Feeds() = default;

    /// Calls visit(event) for all that was accepted before this process.
    [[nodiscard]] result::Status restore(const std::function<void(const IdentityEvent&)>& visit);
    /// Listens, but for HTTP: that is the web servers'.
    [[nodiscard]] result::Status listen();
    /// Nothing is heard from here on.
    void stop();

    [[nodiscard]] Intake& intake() noexcept { return *intake_; }
    /// For the operator, at start: what is not safe, or went wrong with the journal.
    [[nodiscard]] std::vector<std::string> notices() const;
    /// For the operator, now and then: that what feeds tell cannot be kept, or can again, and what
    /// went wrong with files. One thread.
    [[nodiscard]] std::vector<std::string> news();
    /// What each listener counts, and `mirrored` if it is not null. Any thread.
    [[nodiscard]] std::vector<metrics::Family> families(const MirroredRadius* mirrored) const;

  private:
    void add_journal(std::vector<metrics::Family>& families) const;
    explicit Feeds(const Configuration& configuration) : configuration_{configuration} {}

    const Configuration& configuration_;
    std::unique_ptr<IdentityJournal> journal_;  // null if nothing is kept
    std::unique_ptr<Intake> intake_;
    IdentityJournal::Restored restored_;
    std::chrono::steady_clock::time_point last_failure_;
    bool is_failing_ = false;
    std::unique_ptr<RadiusListener> radius_;    // null if nothing is to be heard
    std::unique_ptr<IpfixListener> ipfix_;      // ditto
    std::unique_ptr<SyslogListener> syslog_;    // ditto
    std::unique_ptr<DirectoryFeed> directory_;  // null if no directory is watched
};

}  // namespace sensor::control
