// Records handed by value from one core to one other: an rte_ring of fixed-size elements.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <type_traits>

namespace dpdk {

/// The ring without its element type. Wait-free; one producer, one consumer.
class ElementRing {
  public:
    /// `capacity` is rounded up to a power of two, less one; `element_bytes` is a multiple of 4.
    /// Needs no Eal.
    ElementRing(unsigned capacity, unsigned element_bytes);

    /// False if the ring is full.
    [[nodiscard]] bool push(const void* element) noexcept;
    /// Fills `elements` from the front; returns how many there were.
    [[nodiscard]] std::size_t pop(void* elements, std::size_t capacity) noexcept;
    /// How many there are; any thread, about.
    [[nodiscard]] std::size_t size() const noexcept;
    [[nodiscard]] std::size_t capacity() const noexcept;

  private:
    struct Free {
        void operator()(void* memory) const noexcept;
    };
    std::unique_ptr<void, Free> memory_;
    unsigned element_bytes_;
};

template <class T>
class RecordRing {
  public:
    static_assert(std::is_trivially_copyable_v<T> && sizeof(T) % 4 == 0);

    explicit RecordRing(unsigned capacity) : ring_{capacity, sizeof(T)} {}

    [[nodiscard]] bool push(const T& record) noexcept { return ring_.push(&record); }
    [[nodiscard]] std::size_t pop(std::span<T> records) noexcept {
        return ring_.pop(records.data(), records.size());
    }
    [[nodiscard]] std::size_t size() const noexcept { return ring_.size(); }
    [[nodiscard]] std::size_t capacity() const noexcept { return ring_.capacity(); }

  private:
    ElementRing ring_;
};

}  // namespace dpdk
