// The first bytes of a session's two directions, put in order: what identification reads when one
// packet was not enough.
//
// Overlap: the bytes that arrived first stay, as most servers do with data already acknowledged; a
// retransmission that differs is noted, never merged.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "lib/bytes/byte_cursor.h"
#include "lib/memory/region.h"
#include "sensor/model/following.h"

namespace sensor::flow {

/// One direction: bytes [0, contiguous) of the stream, and up to kMaxIslands pieces beyond a hole.
class StreamStart {
  public:
    static constexpr std::size_t kMaxIslands = 4;

    enum class Outcome : std::uint8_t {
        kStored,    ///< something new was kept, or it was all known
        kConflict,  ///< ditto, and it contradicts what came first
        kFull,      ///< too many holes: the piece was not kept
    };

    void start(std::uint32_t first_sequence) noexcept {
        first_sequence_ = first_sequence;
        forget();
        started_ = 1;
    }
    void forget() noexcept { contiguous_ = island_count_ = started_ = 0; }
    [[nodiscard]] bool started() const noexcept { return started_ != 0; }

    /// Adds a segment; what lies before the start or beyond the window is left out.
    Outcome add(std::uint32_t sequence, bytes::View segment) noexcept;

    /// The stream from its start to the first hole.
    [[nodiscard]] bytes::View prefix() const noexcept { return {bytes_.data(), contiguous_}; }
    [[nodiscard]] bool has_hole() const noexcept { return island_count_ != 0; }

  private:
    struct Island {
        std::uint16_t begin;
        std::uint16_t end;
    };
    [[nodiscard]] bool known(std::size_t offset) const noexcept;
    bool add_island(std::size_t begin, std::size_t end) noexcept;
    void join_islands() noexcept;

    std::uint32_t first_sequence_;
    std::uint16_t contiguous_;
    std::uint8_t island_count_;
    std::uint8_t started_;
    std::array<Island, kMaxIslands> islands_;
    std::array<std::uint8_t, kFirstBytes> bytes_;
};

/// Of one session, by endpoint: the low one's first.
struct FirstBytes {
    std::array<StreamStart, 2> streams;
    Following following;
};

/// A bounded pool of them. Numbers count from 1; 0 is none.
class FirstBytesPool {
  public:
    explicit FirstBytesPool(std::size_t count);

    /// 0 if all are taken.
    [[nodiscard]] std::uint32_t take() noexcept;
    void give_back(std::uint32_t number) noexcept { free_[free_count_++] = number; }
    [[nodiscard]] FirstBytes& operator[](std::uint32_t number) noexcept { return all_[number - 1]; }
    [[nodiscard]] std::size_t in_use() const noexcept { return all_.size() - free_count_; }

  private:
    memory::Region<FirstBytes> all_;
    std::vector<std::uint32_t> free_;
    std::size_t free_count_;
};

}  // namespace sensor::flow
