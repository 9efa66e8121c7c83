// Address -> leases, for workers: read without locks while the directory replaces histories whole.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lib/dpdk/shared_table.h"
#include "lib/result/result.h"
#include "sensor/attribute/lease.h"
#include "sensor/model/address.h"

namespace sensor::attribute {

/// One writer, the thread that applies identity events; any number of readers, each registered with
/// the Quiescence that the table was made with and reporting to it once a turn.
class LeaseTable {
  public:
    /// Needs a started Eal. `name` must be new in this process. `quiescence` must outlive it. Cold.
    [[nodiscard]] static result::Result<LeaseTable> create(const std::string& name,
                                                           std::size_t addresses,
                                                           dpdk::Quiescence& quiescence);

    /// A reader: who held `address` at `time_ns`, packet time. Hot path.
    [[nodiscard]] std::optional<Lease> find(const Address& address,
                                            std::int64_t time_ns) const noexcept {
        const History* history = table_.find(address.bytes);
        if (history == nullptr) return std::nullopt;
        const Lease* lease = lease_at(*history, time_ns);
        return lease == nullptr ? std::nullopt : std::optional{*lease};
    }

    /// The writer: from now on `leases`, in order and without overlap, are the history of
    /// `address`; none forgets it. False if the table is full. Cold.
    bool publish(const Address& address, std::span<const Lease> leases);
    /// The writer: frees what no reader holds any more. publish() does so too. Cold.
    void reclaim() noexcept { table_.reclaim(); }

    [[nodiscard]] std::size_t addresses() const noexcept { return table_.slots().size(); }
    /// Histories that found no room.
    [[nodiscard]] std::uint64_t refused() const noexcept { return table_.slots().refused(); }

  private:
    using History = std::vector<Lease>;
    using Table = dpdk::SharedTable<History>;
    explicit LeaseTable(Table&& table) noexcept : table_{std::move(table)} {}
    Table table_;
};

}  // namespace sensor::attribute
