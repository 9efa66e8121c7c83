// A changed configuration, taken up while the daemon runs: whole or not at all.
//
// It is read and compiled on a thread of its own, so that the cold side goes on hearing the
// workers; only the exchange is done between two of its turns. SIGHUP asks for it, and so does
// `offport reload`, which waits for the outcome.
#pragma once

#include <functional>
#include <future>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/ipc/request_socket.h"
#include "sensor/control/configuration.h"
#include "sensor/control/engine.h"

namespace sensor::control {

/// A configuration as it was read, and what there is to say of it, one line each.
struct Reading {
    std::optional<Configuration> configuration;  ///< nothing if it is not sound
    std::vector<std::string> problems;           ///< "FILE:LINE:COLUMN: error: ..."
};

struct ReloadOutcome {
    bool accepted = false;
    std::string verdict;                ///< one line
    std::vector<std::string> problems;  ///< ditto each, warnings included
};

/// Asks the daemon that listens at `path` to take up the configuration in `directory`, an absolute
/// path, and waits. One line if there is no answer.
[[nodiscard]] result::Result<ReloadOutcome> ask_for_reload(const std::string& path,
                                                           const std::string& directory);

struct ReloadOptions {
    std::string directory;           ///< of the configuration
    std::function<Reading()> read;   ///< reads it again; called on another thread
    ipc::RequestSocket* requests{};  ///< where `offport reload` asks; null for nowhere
};

class Reloader {
  public:
    /// Everything borrowed must outlive it. `running` is what the daemon was started with.
    Reloader(const Configuration& running, Engine& engine, const ReloadOptions& options)
        : running_{running}, engine_{engine}, options_{options} {}

    // The cold side's thread:
    /// Reads the configuration again as soon as may be.
    void ask() noexcept { is_asked_ = true; }
    /// Hears requests, and takes up what has been read since. Waits for nothing. What came of it,
    /// if anything did.
    [[nodiscard]] std::optional<ReloadOutcome> turn();

  private:
    struct Read {
        Reading reading;
        std::optional<Engine::Approved> next;
    };
    void hear_requests();
    [[nodiscard]] Read read() const;
    [[nodiscard]] ReloadOutcome take_up(Read read);
    [[nodiscard]] ReloadOutcome conclude(ReloadOutcome outcome);

    const Configuration& running_;
    Engine& engine_;
    const ReloadOptions& options_;
    bool is_asked_ = false;
    std::vector<ipc::Request> waiting_;   // for the next reading
    std::vector<ipc::Request> answered_;  // by the reading that goes on
    std::future<Read> reading_;
};

}  // namespace sensor::control
