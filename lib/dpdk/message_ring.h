// Messages of different lengths handed by value from one core to one other, over an rte_ring.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <type_traits>
#include <vector>

namespace dpdk {

/// What a ring counts in: 16 bytes, moved as one.
struct alignas(16) MessageUnit {
    std::byte bytes[16];
};
[[nodiscard]] constexpr std::uint32_t units_for(std::size_t bytes) noexcept {
    return static_cast<std::uint32_t>((bytes + sizeof(MessageUnit) - 1) / sizeof(MessageUnit));
}

/// A message begins with this. The sender sets `kind` as it likes.
struct MessageHeader {
    std::uint32_t units = 0;  ///< of the whole message, this included
    std::uint32_t kind = 0;
};

/// Wait-free; one producer, one consumer.
class MessageRing {
  public:
    /// `capacity_bytes` is rounded up to a power of two, less one unit. Needs no Eal.
    explicit MessageRing(std::size_t capacity_bytes);

    /// Sends `message.units` units from there on; false if there is no room for all of them.
    [[nodiscard]] bool push(const MessageHeader& message) noexcept;
    /// Takes the oldest units, as many as there are and fit into `room`; returns how many.
    [[nodiscard]] std::size_t pop(std::span<MessageUnit> room) noexcept;

    // Any thread:
    [[nodiscard]] std::size_t used_bytes() const noexcept;
    [[nodiscard]] std::size_t capacity_bytes() const noexcept;

  private:
    struct Free {
        void operator()(void* memory) const noexcept;
    };
    std::unique_ptr<void, Free> memory_;
};

/// The consumer's side of one ring.
class MessageReader {
  public:
    /// No message may be longer than `longest_bytes`.
    MessageReader(MessageRing& ring, std::size_t longest_bytes);

    /// The next message, borrowed until the next call; null if there is none now.
    [[nodiscard]] const MessageHeader* next() noexcept;
    /// The message after `message`, which next() returned last or follows() did since; null if it
    /// is not at hand. To prefetch what it will need.
    [[nodiscard]] const MessageHeader* follows(const MessageHeader& message) const noexcept {
        const auto* after = reinterpret_cast<const MessageUnit*>(&message) + message.units;
        const MessageUnit* end = units_.data() + end_;
        if (after >= end) return nullptr;
        const auto* header = reinterpret_cast<const MessageHeader*>(after);
        return after + header->units <= end ? header : nullptr;
    }
    /// Units of the messages that are there now, in the ring and taken from it.
    [[nodiscard]] std::size_t units_waiting() const noexcept {
        return waiting() + ring_->used_bytes() / sizeof(MessageUnit);
    }

  private:
    [[nodiscard]] std::size_t waiting() const noexcept { return end_ - begin_; }

    MessageRing* ring_;
    std::vector<MessageUnit> units_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

}  // namespace dpdk
