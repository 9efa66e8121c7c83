// A fixed array of trivial objects, all zero at first: the memory of the sensor's tables.
//
// Mapped, not allocated: pages come zeroed and on first touch, so a table sized for the worst case
// costs a small trace little, and the toucher's NUMA node is the one that holds them.
#pragma once

#include <cstddef>
#include <span>
#include <type_traits>
#include <utility>

namespace memory {

/// Throws std::bad_alloc. Asks for transparent huge pages.
[[nodiscard]] void* map_zeroed(std::size_t bytes);
void unmap(void* start, std::size_t bytes) noexcept;

template <class T>
class Region {
  public:
    static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>,
                  "zero bytes stand for a new object");

    explicit Region(std::size_t count)
        : items_{count == 0 ? nullptr : static_cast<T*>(map_zeroed(count * sizeof(T))), count} {}
    Region(Region&& other) noexcept : items_{std::exchange(other.items_, {})} {}
    Region& operator=(Region&& other) noexcept {
        std::swap(items_, other.items_);
        return *this;
    }
    Region(const Region&) = delete;
    Region& operator=(const Region&) = delete;
    ~Region() {
        if (!items_.empty()) unmap(items_.data(), items_.size_bytes());
    }

    [[nodiscard]] T& operator[](std::size_t index) noexcept { return items_[index]; }
    [[nodiscard]] const T& operator[](std::size_t index) const noexcept { return items_[index]; }
    [[nodiscard]] std::size_t size() const noexcept { return items_.size(); }

  private:
    std::span<T> items_;
};

}  // namespace memory
