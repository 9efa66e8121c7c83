// The DPDK environment, started once per process and stopped with it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "lib/result/result.h"

namespace dpdk {

struct EalOptions {
    unsigned workers = 1;              ///< lcores besides the main one
    unsigned memory_mb = 256;          ///< for frames and rings
    bool allow_hugepages = true;       ///< take 2 MiB pages if enough are free
    std::vector<unsigned> pinned;      ///< CPU of each worker; empty lets the kernel place them
    std::vector<std::string> cards{};  ///< PCI addresses to take; no others are looked at
};

class Eal {
  public:
    /// One line on failure. `pinned` must be among allowed_cpus(). Only the first call of a process
    /// can succeed.
    [[nodiscard]] static result::Result<Eal> start(const EalOptions& options);

    Eal(Eal&& other) noexcept;
    Eal& operator=(Eal&&) = delete;
    Eal(const Eal&) = delete;
    Eal& operator=(const Eal&) = delete;
    ~Eal();

    [[nodiscard]] bool uses_hugepages() const noexcept { return hugepages_; }
    /// Runs `body` on worker lcore `index` (from 0). The body must outlive wait().
    void launch(unsigned index, std::function<void()>& body);
    /// Returns when every launched body has.
    void wait();

  private:
    explicit Eal(bool hugepages) noexcept : running_{true}, hugepages_{hugepages} {}
    bool running_;
    bool hugepages_;
};

/// MB of 2 MiB hugepages that are free.
[[nodiscard]] unsigned free_hugepages_mb();

/// CPUs that this process may run on, ascending.
[[nodiscard]] std::vector<unsigned> allowed_cpus();

/// "DPDK 22.11.11", as linked.
[[nodiscard]] std::string version();

}  // namespace dpdk
