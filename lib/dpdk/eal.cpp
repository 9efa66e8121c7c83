#include "lib/dpdk/eal.h"

#include <cstdlib>
#include <fstream>

#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_launch.h>
#include <rte_lcore.h>
#include <rte_log.h>
#include <rte_version.h>
#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

namespace dpdk {
namespace {

/// "0,1"
std::string listed(const std::vector<unsigned>& cpus) {
    std::string list;
    for (const unsigned cpu : cpus)
        list += (list.empty() ? "" : ",") + std::to_string(cpu);
    return list.empty() ? "0" : list;
}

/// "0@(0,1),1@(0,1)": more lcores than CPUs are allowed, and none is bound to an absent CPU.
std::string lcore_map(const EalOptions& options) {
    const std::string any = "(" + listed(allowed_cpus()) + ")";
    std::string map = "0@" + any;
    for (unsigned worker = 0; worker < options.workers; ++worker) {
        const bool is_pinned = worker < options.pinned.size();
        map += "," + std::to_string(worker + 1) + "@" +
               (is_pinned ? std::to_string(options.pinned[worker]) : any);
    }
    return map;
}

/// The Eal's own choice for users without a session, /tmp/dpdk, belongs to whoever came first.
void choose_runtime_directory() {
    // NOLINTBEGIN(concurrency-mt-unsafe): no thread that runs by now asks the environment
    if (::getuid() == 0 || std::getenv("RUNTIME_DIRECTORY") != nullptr ||
        std::getenv("XDG_RUNTIME_DIR") != nullptr)
        return;
    const std::string own = "/tmp/offport-" + std::to_string(::getuid());
    constexpr mode_t kOnlyUs = 0700;
    ::mkdir(own.c_str(), kOnlyUs);  // if it cannot be made, the Eal says so
    ::setenv("RUNTIME_DIRECTORY", own.c_str(), 1);
    // NOLINTEND(concurrency-mt-unsafe)
}

/// What rte_eal_cleanup() leaves: the directory in which processes of one prefix would meet. A
/// prefix of our own keeps it empty.
void remove_runtime_directory(const std::string& path) {
    ::rmdir(path.c_str());
}

int run_body(void* body) {
    (*static_cast<std::function<void()>*>(body))();
    return 0;
}

}  // namespace

result::Result<Eal> Eal::start(const EalOptions& options) {
    const bool hugepages = options.allow_hugepages && free_hugepages_mb() > options.memory_mb;
    choose_runtime_directory();
    std::vector<std::string> words{"offport",
                                   "--no-telemetry",
                                   "--log-level=*:critical",
                                   "--lcores=" + lcore_map(options),
                                   "-m",
                                   std::to_string(options.memory_mb)};
    if (options.cards.empty()) words.emplace_back("--no-pci");
    for (const std::string& card : options.cards)
        words.push_back("--allow=" + card);
    if (hugepages) {
        words.insert(words.end(), {"--in-memory", "--iova-mode=va"});
    } else {
        words.insert(words.end(), {"--no-huge", "--no-shconf"});
    }
    words.push_back("--file-prefix=offport-" + std::to_string(::getpid()));
    std::vector<char*> arguments;
    for (std::string& word : words)
        arguments.push_back(word.data());
    if (rte_eal_init(static_cast<int>(arguments.size()), arguments.data()) < 0) {
        remove_runtime_directory(rte_eal_get_runtime_dir());
        return result::Error{
            std::string{"DPDK cannot start: "} + rte_strerror(rte_errno) + "; it needs " +
            std::to_string(options.memory_mb) + " MB of " +
            (hugepages ? "hugepages (set OFFPORT_NO_HUGE=1 to do without)" : "free memory")};
    }
    return Eal{hugepages};
}

Eal::Eal(Eal&& other) noexcept
    : running_{std::exchange(other.running_, false)}, hugepages_{other.hugepages_} {}

Eal::~Eal() {
    if (!running_) return;
    rte_eal_mp_wait_lcore();
    const std::string directory = rte_eal_get_runtime_dir();
    rte_eal_cleanup();
    remove_runtime_directory(directory);
}

void Eal::launch(unsigned index, std::function<void()>& body) {
    rte_eal_remote_launch(run_body, &body, index + 1);
}

void Eal::wait() {
    rte_eal_mp_wait_lcore();
}

unsigned free_hugepages_mb() {
    std::ifstream file{"/sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages"};
    unsigned free_pages = 0;
    constexpr unsigned kMebibytesPerPage = 2;
    return file >> free_pages ? free_pages * kMebibytesPerPage : 0;
}

std::vector<unsigned> allowed_cpus() {
    cpu_set_t set;
    CPU_ZERO(&set);
    std::vector<unsigned> cpus;
    if (::sched_getaffinity(0, sizeof set, &set) != 0) return cpus;
    for (unsigned cpu = 0; cpu < CPU_SETSIZE; ++cpu)
        if (CPU_ISSET(cpu, &set)) cpus.push_back(cpu);
    return cpus;
}

std::string version() {
    return rte_version();
}

}  // namespace dpdk
