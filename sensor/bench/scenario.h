// One case, set up: a worker's stages as the daemon has them, the traffic, and the bare loop's
// table of the same size. Cold path; what it starts is hot.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "lib/dpdk/eal.h"
#include "lib/dpdk/frames.h"
#include "lib/result/result.h"
#include "sensor/bench/loop.h"
#include "sensor/bench/result.h"
#include "sensor/control/configuration.h"
#include "sensor/control/engine.h"

namespace sensor::bench {

/// What all cases share. Everything borrowed must outlive it.
struct Bench {
    const control::Configuration& configuration;
    dpdk::Eal& eal;
    const dpdk::FramePool& pool;
    Machine machine;
};

class Scenario {
  public:
    /// Sessions that a case needs at least.
    [[nodiscard]] static std::uint64_t fewest_sessions(Traffic traffic) noexcept {
        // Of sessions that end, a good many must be under way at once.
        return traffic == Traffic::kSteady ? 1 : 16384;
    }
    /// Builds tables and frames, opens the sessions of steady traffic, and lets the table fill with
    /// those of other traffic. One line on failure.
    [[nodiscard]] static result::Result<std::unique_ptr<Scenario>> build(const Bench& bench,
                                                                         const Case& what);
    Scenario(const Scenario&) = delete;
    Scenario& operator=(const Scenario&) = delete;
    ~Scenario() = default;

    /// What a run took, and what the worker counted in it.
    struct Measured {
        Reading reading;
        Counts counts;
    };
    Measured run(Mode mode, const Budget& budget);
    /// The whole loop while frames arrive at `rate`, in frames per second, in a queue for `queue`.
    [[nodiscard]] SearchResult::Trial offer(double rate, double seconds, std::uint64_t queue);

    /// What the worker has counted so far.
    [[nodiscard]] Counts counts() const;
    /// What is to be told of the case, without what was measured.
    [[nodiscard]] CaseResult describe() const;

  private:
    class NobodyListens final : public control::EngineListener {
      public:
        void on_finding(const Finding&) override {}
        void on_session_end(const Observation&, std::string_view) override {}
    };

    /// A source for the loops that fill the flow table, and one like it for those that do not:
    /// packet time must not go on behind the table's back.
    template <class Source>
    struct Supplied {
        Source table_source;
        Source other_source;
        Loop<Source> table_loop;
        Loop<Source> other_loop;

        Supplied(Source for_table, Source for_others, pipeline::Stages& stages, BareLoop& bare)
            : table_source{std::move(for_table)},
              other_source{std::move(for_others)},
              table_loop{table_source, stages, bare},
              other_loop{other_source, stages, bare} {}
        [[nodiscard]] Loop<Source>& loop_for(Mode mode) noexcept {
            return mode < Mode::kFlow ? other_loop : table_loop;
        }
    };
    using Steady = Supplied<SteadySource>;
    using Sessions = Supplied<SessionSource>;

    Scenario(const Bench& bench, const Case& what);
    [[nodiscard]] result::Status build_engine();
    [[nodiscard]] result::Status build_sources();
    [[nodiscard]] result::Status build_session_sources();
    [[nodiscard]] result::Status open_sessions();
    void fill_table();
    [[nodiscard]] pipeline::Stages& stages() noexcept { return engine_->stages(0); }
    void on_worker(std::function<void()> job);

    const Bench& bench_;
    Case what_;
    control::Configuration configuration_;  // with a table of the size asked for
    NobodyListens listener_;
    std::unique_ptr<control::Engine> engine_;
    std::optional<BareLoop> bare_;
    std::optional<Steady> steady_;      // one of the two
    std::optional<Sessions> sessions_;  // ditto
    Mode last_mode_ = Mode::kWhole;     // of those that fill the flow table
};

}  // namespace sensor::bench
