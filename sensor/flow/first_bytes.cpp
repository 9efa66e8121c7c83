#include "sensor/flow/first_bytes.h"

#include <algorithm>

namespace sensor::flow {

bool StreamStart::known(std::size_t offset) const noexcept {
    if (offset < contiguous_) return true;
    for (std::size_t i = 0; i < island_count_; ++i) {
        if (offset >= islands_[i].begin && offset < islands_[i].end) return true;
    }
    return false;
}

/// Merges [begin, end) into the islands; false if it would be one too many.
bool StreamStart::add_island(std::size_t begin, std::size_t end) noexcept {
    for (std::size_t i = 0; i < island_count_;) {
        if (islands_[i].begin > end || islands_[i].end < begin) {
            ++i;
            continue;
        }
        begin = std::min<std::size_t>(begin, islands_[i].begin);
        end = std::max<std::size_t>(end, islands_[i].end);
        islands_[i] = islands_[--island_count_];
    }
    if (island_count_ == kMaxIslands) return false;
    islands_[island_count_++] = {static_cast<std::uint16_t>(begin),
                                 static_cast<std::uint16_t>(end)};
    return true;
}

void StreamStart::join_islands() noexcept {
    for (std::size_t i = 0; i < island_count_;) {
        if (islands_[i].begin > contiguous_) {
            ++i;
            continue;
        }
        contiguous_ = std::max(contiguous_, islands_[i].end);
        islands_[i] = islands_[--island_count_];
        i = 0;  // the longer prefix may reach one that was passed over
    }
}

StreamStart::Outcome StreamStart::add(std::uint32_t sequence, bytes::View segment) noexcept {
    // Sequence numbers wrap: the signed distance tells before from after (RFC 9293 §3.4).
    const auto distance = static_cast<std::int32_t>(sequence - first_sequence_);
    if (distance < 0) {
        const auto before = static_cast<std::size_t>(-static_cast<std::int64_t>(distance));
        if (before >= segment.size()) return Outcome::kStored;
        segment = segment.subspan(before);
    }
    const auto begin = static_cast<std::size_t>(std::max(distance, 0));
    if (begin >= kFirstBytes || segment.empty()) return Outcome::kStored;
    segment = segment.first(std::min(segment.size(), kFirstBytes - begin));

    const std::size_t end = begin + segment.size();
    if (begin == contiguous_ && island_count_ == 0) {
        std::ranges::copy(segment, bytes_.begin() + static_cast<std::ptrdiff_t>(begin));
        contiguous_ = static_cast<std::uint16_t>(end);
        return Outcome::kStored;
    }
    if (begin > contiguous_ && island_count_ == kMaxIslands) {
        const bool touches = std::any_of(islands_.begin(), islands_.end(), [&](Island island) {
            return island.begin <= end && island.end >= begin;
        });
        if (!touches) return Outcome::kFull;
    }
    bool conflict = false;
    for (std::size_t i = 0; i < segment.size(); ++i) {
        std::uint8_t& kept = bytes_[begin + i];
        if (!known(begin + i)) {
            kept = segment[i];
        } else if (kept != segment[i]) {
            conflict = true;
        }
    }
    if (begin <= contiguous_) {
        contiguous_ = static_cast<std::uint16_t>(std::max<std::size_t>(contiguous_, end));
    } else if (!add_island(begin, end)) {
        return Outcome::kFull;
    }
    join_islands();
    return conflict ? Outcome::kConflict : Outcome::kStored;
}

FirstBytesPool::FirstBytesPool(std::size_t count) : all_{count}, free_(count), free_count_{count} {
    for (std::size_t i = 0; i < count; ++i)
        free_[i] = static_cast<std::uint32_t>(count - i);
}

std::uint32_t FirstBytesPool::take() noexcept {
    if (free_count_ == 0) return 0;
    const std::uint32_t number = free_[--free_count_];
    FirstBytes& taken = all_[number - 1];
    for (StreamStart& stream : taken.streams)
        stream.forget();
    taken.following = {};
    return number;
}

}  // namespace sensor::flow
