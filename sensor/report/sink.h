// Where records go. Cold path: one call per record, never per packet.
#pragma once

#include <cstdint>
#include <string_view>

#include "lib/result/result.h"

namespace sensor::report {

/// Every record handed to a sink ends in exactly one of these, once the sink is closed.
struct SinkCounts {
    std::uint64_t written = 0;
    std::uint64_t dropped = 0;  ///< the queue was full, or the sink closed
    std::uint64_t failed = 0;   ///< the destination refused them: disk full, reader gone, ...

    [[nodiscard]] std::uint64_t lost() const noexcept { return dropped + failed; }
    friend bool operator==(const SinkCounts&, const SinkCounts&) = default;
};

/// Safe to use from several threads; close() is for the one that owns it.
class Sink {
  public:
    Sink() = default;
    Sink(const Sink&) = delete;
    Sink& operator=(const Sink&) = delete;
    Sink(Sink&&) = delete;
    Sink& operator=(Sink&&) = delete;
    virtual ~Sink() = default;

    /// Takes one record without a line break. False if it was dropped, which is also counted.
    virtual bool write(std::string_view record) = 0;
    /// Opens the destination anew (log rotation), after everything written before this call.
    virtual void reopen() = 0;
    /// Waits until everything written before this call has been delivered or counted as failed.
    virtual void flush() = 0;
    /// Flushes and closes; later records are dropped. One line if any record was lost.
    virtual result::Status close() = 0;
    [[nodiscard]] virtual SinkCounts counts() const = 0;
};

}  // namespace sensor::report
