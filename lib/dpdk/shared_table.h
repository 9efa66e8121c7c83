// A table from 16-byte keys to immutable values: read on every core without locks, written by one
// thread, replaced value by value. rte_hash finds the slot; Quiescence says when to free.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "lib/dpdk/quiescence.h"
#include "lib/result/result.h"

struct rte_hash;

namespace dpdk {

/// The table without its value type. Frees what it holds; all readers must have ended by then.
class SlotTable {
  public:
    using Key = std::array<std::uint8_t, 16>;
    using Free = void (*)(const void* value) noexcept;

    /// Needs a started Eal. `name` must be new, and short. `quiescence` must outlive the table.
    [[nodiscard]] static result::Result<SlotTable> create(const std::string& name,
                                                          std::size_t capacity,
                                                          Quiescence& quiescence, Free free);
    SlotTable(SlotTable&&) noexcept = default;
    SlotTable& operator=(SlotTable&&) = delete;
    SlotTable(const SlotTable&) = delete;
    SlotTable& operator=(const SlotTable&) = delete;
    ~SlotTable();

    /// A registered reader; what it finds is good until its next report. Null if absent.
    [[nodiscard]] const void* find(const Key& key) const noexcept;
    /// The writer: takes `value` over, unless there is no room.
    [[nodiscard]] bool put(const Key& key, const void* value);
    /// The writer: false if absent.
    bool erase(const Key& key);
    /// The writer: frees what readers have let go of. put() and erase() do so too.
    void reclaim() noexcept;

    [[nodiscard]] std::size_t size() const noexcept { return live_; }
    [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }
    /// put() calls that found no room.
    [[nodiscard]] std::uint64_t refused() const noexcept { return refused_; }
    /// Values replaced or erased that a reader may still hold.
    [[nodiscard]] std::size_t retired() const noexcept { return retired_.size(); }

  private:
    static constexpr std::int32_t kNoPosition = -1;
    using Slot = std::atomic<const void*>;

    struct Retired {
        Quiescence::Token token;
        const void* value;
        std::int32_t position;  ///< of an erased key, whose place is freed as well
    };
    struct FreeHash {
        void operator()(rte_hash* hash) const noexcept;
    };
    SlotTable(rte_hash* hash, std::size_t capacity, Quiescence& quiescence, Free free);
    void retire(const void* value, std::int32_t position);

    std::unique_ptr<rte_hash, FreeHash> hash_;
    /// Set by the first put(): until then readers are spared the search. Many sensors have no
    /// leases.
    std::unique_ptr<std::atomic<bool>> used_ = std::make_unique<std::atomic<bool>>(false);
    std::vector<Slot> slots_;  // by the position that rte_hash gives a key
    std::deque<Retired> retired_;
    Quiescence* quiescence_;
    Free free_;
    std::size_t capacity_;
    std::size_t live_ = 0;
    std::uint64_t refused_ = 0;
};

template <class Value>
class SharedTable {
  public:
    using Key = SlotTable::Key;

    /// As SlotTable::create().
    [[nodiscard]] static result::Result<SharedTable> create(const std::string& name,
                                                            std::size_t capacity,
                                                            Quiescence& quiescence) {
        auto slots = SlotTable::create(name, capacity, quiescence, free_value);
        if (!slots) return slots.error();
        return SharedTable{*std::move(slots)};
    }

    [[nodiscard]] const Value* find(const Key& key) const noexcept {
        return static_cast<const Value*>(slots_.find(key));
    }
    /// False, and `value` is gone, if there is no room.
    [[nodiscard]] bool put(const Key& key, std::unique_ptr<const Value> value) {
        if (!slots_.put(key, value.get())) return false;
        static_cast<void>(value.release());  // the table owns it now
        return true;
    }
    bool erase(const Key& key) { return slots_.erase(key); }
    void reclaim() noexcept { slots_.reclaim(); }
    /// Sizes and counters.
    [[nodiscard]] const SlotTable& slots() const noexcept { return slots_; }

  private:
    explicit SharedTable(SlotTable&& slots) noexcept : slots_{std::move(slots)} {}
    static void free_value(const void* value) noexcept { delete static_cast<const Value*>(value); }
    SlotTable slots_;
};

}  // namespace dpdk
