// What the benchmark runs on, measured: clocks and memory. Cold path.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "lib/result/result.h"

namespace sensor::bench {

struct MemoryLatency {
    std::size_t bytes = 0;
    double nanoseconds = 0;  ///< of a load that depends on the one before
};

struct Machine {
    std::string cpu;  ///< the model, as the kernel names it
    unsigned cpus = 0;
    double ticks_per_second = 0;        ///< of ticks(), against the kernel's clock
    double core_cycles_per_second = 0;  ///< by a chain of additions, one a cycle
    std::uint64_t available_bytes = 0;  ///< of memory
    std::optional<MemoryLatency> cached;
    std::optional<MemoryLatency> memory;
};

/// Takes some seconds, most of them for a probe of `latency_bytes` of memory; 0 leaves the probes
/// out.
[[nodiscard]] Machine look_at_machine(std::size_t latency_bytes);

/// CPU time that the calling thread has had, in nanoseconds.
[[nodiscard]] std::int64_t thread_cpu_ns() noexcept;

/// Instructions of the calling thread in user space, where the kernel counts them.
class InstructionCounter {
  public:
    InstructionCounter() noexcept;
    InstructionCounter(const InstructionCounter&) = delete;
    InstructionCounter& operator=(const InstructionCounter&) = delete;
    ~InstructionCounter();

    /// So far; nothing if they are not to be had, as in most virtual machines.
    [[nodiscard]] std::optional<std::uint64_t> read() const noexcept;

  private:
    int file_;
};

}  // namespace sensor::bench
