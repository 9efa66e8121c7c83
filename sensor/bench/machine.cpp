#include "sensor/bench/machine.h"

#include <algorithm>
#include <array>
#include <bit>
#include <ctime>
#include <fstream>
#include <thread>

#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/memory/region.h"
#include "sensor/bench/ticks.h"

namespace sensor::bench {
namespace {

constexpr double kNanosecondsPerSecond = 1e9;

std::int64_t nanoseconds_on(clockid_t clock) noexcept {
    timespec time{};
    ::clock_gettime(clock, &time);
    constexpr std::int64_t kPerSecond = 1'000'000'000;
    return std::int64_t{time.tv_sec} * kPerSecond + time.tv_nsec;
}

/// The value of `key` in a file of "key: value" lines; empty if there is none.
std::string value_in(const char* path, std::string_view key) {
    std::ifstream file{path};
    for (std::string line; std::getline(file, line);) {
        if (!line.starts_with(key)) continue;
        const auto colon = line.find(':');
        const auto begin = line.find_first_not_of(" \t", colon + 1);
        return begin == std::string::npos ? std::string{} : line.substr(begin);
    }
    return {};
}

std::string cpu_model() {
    for (const char* key : {"model name", "CPU part"}) {
        if (std::string value = value_in("/proc/cpuinfo", key); !value.empty()) return value;
    }
    return "unknown";
}

struct Moment {
    std::uint64_t ticks = 0;
    std::int64_t nanoseconds = 0;
};

/// Both clocks at once: the reading of several that took the shortest.
Moment moment() noexcept {
    constexpr unsigned kReadings = 16;
    Moment best;
    std::uint64_t shortest = ~std::uint64_t{0};
    for (unsigned i = 0; i < kReadings; ++i) {
        const std::uint64_t before = ticks();
        const std::int64_t time = nanoseconds_on(CLOCK_MONOTONIC_RAW);
        const std::uint64_t after = ticks();
        if (after - before >= shortest) continue;
        shortest = after - before;
        best = {.ticks = before + (after - before) / 2, .nanoseconds = time};
    }
    return best;
}

double measure_ticks_per_second() {
    const Moment begin = moment();
    std::this_thread::sleep_for(std::chrono::milliseconds{200});
    const Moment end = moment();
    return static_cast<double>(end.ticks - begin.ticks) * kNanosecondsPerSecond /
           static_cast<double>(end.nanoseconds - begin.nanoseconds);
}

double measure_core_cycles_per_second() {
    constexpr unsigned kRounds = 2'000'000;
    constexpr unsigned kAdditions = 16;
    double best = 0;
    for (int attempt = 0; attempt < 5; ++attempt) {
        std::uint64_t value = 0;
        // Of a register: cores of today do additions of a constant while they rename, several a
        // cycle.
        std::uint64_t step = 1;
        asm volatile("" : "+r"(step));
        const std::int64_t begin = thread_cpu_ns();
        for (unsigned round = 0; round < kRounds; ++round) {
#pragma GCC unroll 16
            for (unsigned i = 0; i < kAdditions; ++i) {
                value += step;
                asm volatile("" : "+r"(value));
            }
        }
        const auto took = static_cast<double>(thread_cpu_ns() - begin);
        best = std::max(best, kRounds * kAdditions * kNanosecondsPerSecond / took);
    }
    return best;
}

/// Chases one chain through `bytes` of memory, a cache line a step, in an order that no prefetcher
/// knows.
MemoryLatency probe(std::size_t bytes) {
    struct alignas(64) Line {
        std::uint64_t next;
    };
    const std::size_t lines = std::bit_floor(bytes / sizeof(Line));
    const memory::Region<Line> region = [lines] {
        // A linear congruential generator of full period visits every line once: Hull and Dobell.
        constexpr std::uint64_t kMultiplier = 6364136223846793005U;
        constexpr std::uint64_t kIncrement = 1442695040888963407U;
        memory::Region<Line> filled{lines};
        for (std::size_t i = 0; i < lines; ++i)
            filled[i].next = (i * kMultiplier + kIncrement) & (lines - 1);
        return filled;
    }();
    constexpr std::size_t kSteps = 1'000'000;
    std::uint64_t at = 0;
    double best = 0;
    for (int attempt = 0; attempt < 3; ++attempt) {
        const std::int64_t begin = thread_cpu_ns();
        for (std::size_t step = 0; step < kSteps; ++step)
            at = region[at].next;
        asm volatile("" : "+r"(at));
        const double each = static_cast<double>(thread_cpu_ns() - begin) / kSteps;
        best = attempt == 0 ? each : std::min(best, each);
    }
    return {.bytes = lines * sizeof(Line), .nanoseconds = best};
}

}  // namespace

std::int64_t thread_cpu_ns() noexcept {
    return nanoseconds_on(CLOCK_THREAD_CPUTIME_ID);
}

Machine look_at_machine(std::size_t latency_bytes) {
    Machine machine;
    machine.cpu = cpu_model();
    machine.cpus = std::max(1U, std::thread::hardware_concurrency());
    machine.ticks_per_second = measure_ticks_per_second();
    machine.core_cycles_per_second = measure_core_cycles_per_second();
    constexpr std::uint64_t kKibibyte = 1024;
    const std::string available = value_in("/proc/meminfo", "MemAvailable");
    machine.available_bytes = std::strtoull(available.c_str(), nullptr, 10) * kKibibyte;
    if (latency_bytes == 0) return machine;
    constexpr std::size_t kCached = 512 * kKibibyte;
    constexpr std::uint64_t kMostShare = 4;  // of what is available
    machine.cached = probe(kCached);
    machine.memory = probe(std::min<std::uint64_t>(
        latency_bytes, std::max<std::uint64_t>(machine.available_bytes / kMostShare, kCached)));
    return machine;
}

InstructionCounter::InstructionCounter() noexcept {
    perf_event_attr wanted{};
    wanted.size = sizeof wanted;
    wanted.type = PERF_TYPE_HARDWARE;
    wanted.config = PERF_COUNT_HW_INSTRUCTIONS;
    wanted.exclude_kernel = 1;
    wanted.exclude_hv = 1;
    constexpr int kThisThread = 0;
    constexpr int kAnyCpu = -1;
    constexpr int kNoGroup = -1;
    file_ = static_cast<int>(::syscall(SYS_perf_event_open, &wanted, kThisThread, kAnyCpu, kNoGroup,
                                       PERF_FLAG_FD_CLOEXEC));
}

InstructionCounter::~InstructionCounter() {
    if (file_ >= 0) ::close(file_);
}

std::optional<std::uint64_t> InstructionCounter::read() const noexcept {
    std::uint64_t count = 0;
    if (file_ < 0 || ::read(file_, &count, sizeof count) != sizeof count) return std::nullopt;
    return count;
}

}  // namespace sensor::bench
