// offport top: what one look at a daemon shows, as numbers. Pure values.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sensor/commands/top_change.h"

namespace sensor::commands {

struct PortView {
    std::string name{};
    bool is_up = false;
    Rate packets{};
    double bits_per_second = 0;
    Rate missed{};     ///< by the card or the kernel
    Rate errors{};     ///< that the driver could not take
    Rate no_buffer{};  ///< for want of buffers
    Rate truncated{};  ///< of which only a buffer's worth was kept
    // Inline:
    Rate forwarded{};
    Rate not_forwarded{};
    Rate unsent{};
    Rate bypassed{};

    [[nodiscard]] Rate dropped() const noexcept {
        Rate sum = missed;
        sum += errors;
        return sum += no_buffer;
    }
};

/// A core that handles packets: a worker, or the one that hands packets to several of them.
struct CoreView {
    std::string name{};  ///< "0"; "steering"
    bool is_worker = true;
    double busy = 0;  ///< share of the time that it spent on bursts, 0 to 1
    double packets_per_second = 0;
    double packets_per_burst = 0;
    // Of workers:
    double sessions = 0;  ///< open
    double sessions_limit = 0;
    Rate new_sessions{};
    Rate untracked{};     ///< packets, for want of room in the flow table
    Rate lost_records{};  ///< for want of room in the ring to the cold side
    /// How full the fuller of the rings to and from it was, at most, 0 to 1.
    double fullest_ring = 0;

    /// 0 to 1
    [[nodiscard]] double table() const noexcept {
        return sessions_limit > 0 ? sessions / sessions_limit : 0;
    }
};

struct NamedRate {
    std::string name{};
    Rate rate{};
};

struct OutputView {
    std::string name{};
    bool is_up = false;
    Rate written{};
    Rate lost{};
    double waiting = 0;
    double spool_bytes = 0;
};

struct FeedView {
    std::string name{};
    Rate accepted{};
    Rate rejected{};  ///< the source is at fault
    Rate refused{};   ///< no room
};

struct JournalView {
    bool is_failing = false;
    double bytes = 0;
};

struct View {
    double seconds = 0;  ///< between the two scrapes
    bool is_new_daemon = false;
    std::string version{};
    double started = 0;  ///< seconds since the Unix epoch
    bool is_inline = false;
    std::vector<PortView> ports{};
    std::vector<CoreView> cores{};
    Rate rejected{};                     ///< packets that decode gave up
    Rate steering_dropped{};             ///< packets that could not be handed to workers
    std::vector<NamedRate> protocols{};  ///< sessions over; the most frequent first
    std::vector<NamedRate> findings{};   ///< revisions by severity, the gravest first
    Rate suppressed{};
    Rate withdrawn{};
    double behaviours = 0;
    double waiting_records = 0;  ///< that the cold side has yet to look at
    Rate records_written{};      ///< of --eve
    Rate records_lost{};
    std::vector<OutputView> outputs{};
    std::vector<FeedView> feeds{};  ///< those that anything was ever heard from
    /// What RADIUS and IPFIX senders sent in vain: "radius wrong-authenticator".
    std::vector<NamedRate> feed_losses{};
    std::vector<NamedRate> directory_troubles{};
    double devices = 0;
    std::optional<JournalView> journal{};

    /// Of all ports.
    [[nodiscard]] Rate packets() const noexcept;
    [[nodiscard]] double bits_per_second() const noexcept;
};

[[nodiscard]] View view_of(const Change& change);

}  // namespace sensor::commands
