#include "lib/dpdk/shared_table.h"

#include <algorithm>

#include <rte_errno.h>
#include <rte_hash.h>
#include <rte_memory.h>

namespace dpdk {

result::Result<SlotTable> SlotTable::create(const std::string& name, std::size_t capacity,
                                            Quiescence& quiescence, Free free) {
    // Twice the room: a cuckoo table that is half full finds a place for every key, and erased keys
    // keep theirs until no reader can hold it.
    constexpr std::size_t kSmallest = 16;
    constexpr std::size_t kLargest = 1U << 24U;
    if (capacity == 0 || capacity > kLargest) {
        return result::Error{"a table of " + std::to_string(capacity) +
                             " entries is not possible; choose 1 to " + std::to_string(kLargest)};
    }
    rte_hash_parameters parameters{};
    parameters.name = name.c_str();
    parameters.entries = static_cast<std::uint32_t>(std::max(2 * capacity, kSmallest));
    parameters.key_len = sizeof(Key);
    parameters.socket_id = SOCKET_ID_ANY;
    parameters.extra_flag = RTE_HASH_EXTRA_FLAGS_RW_CONCURRENCY_LF;
    rte_hash* hash = rte_hash_create(&parameters);
    if (hash == nullptr) {
        return result::Error{"no memory for a table of " + std::to_string(capacity) +
                             " entries: " + rte_strerror(rte_errno)};
    }
    return SlotTable{hash, capacity, quiescence, free};
}

SlotTable::SlotTable(rte_hash* hash, std::size_t capacity, Quiescence& quiescence, Free free)
    : hash_{hash},
      slots_(static_cast<std::size_t>(rte_hash_max_key_id(hash)) + 1),
      quiescence_{&quiescence},
      free_{free},
      capacity_{capacity} {}

SlotTable::~SlotTable() {
    for (const Retired& retired : retired_)
        free_(retired.value);
    for (const Slot& slot : slots_) {
        if (const void* value = slot.load(std::memory_order_relaxed); value != nullptr) {
            free_(value);
        }
    }
}

const void* SlotTable::find(const Key& key) const noexcept {
    if (!used_->load(std::memory_order_acquire)) return nullptr;
    const std::int32_t position = rte_hash_lookup(hash_.get(), key.data());
    if (position < 0) return nullptr;
    // A position is not given to another key while a reader may hold it, so this slot is the key's,
    // empty for a moment while the key is being added or erased.
    return slots_[static_cast<std::size_t>(position)].load(std::memory_order_acquire);
}

bool SlotTable::put(const Key& key, const void* value) {
    reclaim();
    used_->store(true, std::memory_order_release);
    std::int32_t position = rte_hash_lookup(hash_.get(), key.data());
    if (position < 0) {
        if (live_ < capacity_) position = rte_hash_add_key(hash_.get(), key.data());
        if (position < 0) {
            ++refused_;
            return false;
        }
        ++live_;
    }
    Slot& slot = slots_[static_cast<std::size_t>(position)];
    const void* before = slot.load(std::memory_order_relaxed);
    slot.store(value, std::memory_order_release);
    if (before != nullptr) retire(before, kNoPosition);
    return true;
}

bool SlotTable::erase(const Key& key) {
    reclaim();
    const std::int32_t position = rte_hash_del_key(hash_.get(), key.data());
    if (position < 0) return false;
    --live_;
    Slot& slot = slots_[static_cast<std::size_t>(position)];
    const void* before = slot.load(std::memory_order_relaxed);
    slot.store(nullptr, std::memory_order_relaxed);
    retire(before, position);
    return true;
}

void SlotTable::retire(const void* value, std::int32_t position) {
    retired_.push_back({quiescence_->mark(), value, position});
}

void SlotTable::reclaim() noexcept {
    while (!retired_.empty() && quiescence_->passed(retired_.front().token)) {
        const Retired& oldest = retired_.front();
        if (oldest.position != kNoPosition) {
            rte_hash_free_key_with_position(hash_.get(), oldest.position);
        }
        free_(oldest.value);
        retired_.pop_front();
    }
}

void SlotTable::FreeHash::operator()(rte_hash* hash) const noexcept {
    rte_hash_free(hash);
}

}  // namespace dpdk
