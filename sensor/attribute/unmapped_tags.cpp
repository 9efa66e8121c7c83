#include "sensor/attribute/unmapped_tags.h"

#include <algorithm>

namespace sensor::attribute {
namespace {

/// RFC 8926 §3.5. False if there is none, or it is cut short.
bool read_first_option(bytes::View options, GeneveOption& option) noexcept {
    constexpr unsigned kLengthMask = 0x1f;
    bytes::ByteCursor in{options};
    option.option_class = in.read<std::uint16_t>();
    option.type = in.read<std::uint8_t>();
    const bytes::View value = in.take(std::size_t{4} * (in.read<std::uint8_t>() & kLengthMask));
    if (!in.ok()) return false;
    option.value_bytes = static_cast<std::uint8_t>(value.size());
    std::ranges::copy(value, option.value.begin());
    return true;
}

UnmappedTags::Entry entry_of(const Tags& tags, bytes::View geneve_options) noexcept {
    UnmappedTags::Entry entry{.tags = tags, .option = {}};
    entry.tags.outer_source = entry.tags.outer_destination = {};
    entry.tags.depth = 0;
    entry.has_option = read_first_option(geneve_options, entry.option);
    if (!entry.has_option) entry.option = {};
    return entry;
}

}  // namespace

void UnmappedTags::count(const Tags& tags, bytes::View geneve_options) noexcept {
    const Entry entry = entry_of(tags, geneve_options);
    const std::size_t size = size_.load(std::memory_order_relaxed);
    const auto end = entries_.begin() + static_cast<std::ptrdiff_t>(size);
    const auto place =
        static_cast<std::size_t>(std::find(entries_.begin(), end, entry) - entries_.begin());
    if (place == size && size != kCapacity) {
        entries_[place] = entry;
        size_.store(size + 1, std::memory_order_release);
    }
    sessions_.add(place);  // the place behind the last is that of the others
}

}  // namespace sensor::attribute
