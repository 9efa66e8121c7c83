#include "sensor/attribute/feeds/inventory_ids.h"

#include <algorithm>
#include <array>

#include "lib/bytes/letters.h"

namespace sensor::attribute::feeds {
namespace {

/// Two devices with the same of these are not one.
bool stands_for_nothing(std::string_view value) {
    // The last is what Android tells apps instead of the MAC of Wi-Fi.
    constexpr std::array kWords{"unknown",       "none",         "null",        "n/a",
                                "not available", "ffffffffffff", "020000000000"};
    std::string bare = bytes::lower_case(value);
    if (std::ranges::find(kWords, bare) != kWords.end()) return true;
    std::erase_if(bare, [](char c) { return c == ':' || c == '-' || c == '.' || c == ' '; });
    return std::ranges::find(kWords, bare) != kWords.end() ||
           std::ranges::all_of(bare, [](char c) { return c == '0'; });
}

}  // namespace

void InventoryIds::add(DeviceIdKind kind, std::string_view value) {
    if (!stands_for_nothing(value)) add_new(device_id(kind, value));
}

void InventoryIds::add_own(std::string_view id) {
    add_new(std::string{id});
}

void InventoryIds::add_new(std::string id) {
    if (id.empty() || std::ranges::find(ids_, id) != ids_.end()) return;
    ids_.push_back(std::move(id));
}

std::string signer_of(std::string_view digest) {
    constexpr std::size_t kDigits = 64;
    std::string text = bytes::lower_case(digest);
    std::erase(text, ':');
    const bool is_digest = text.size() == kDigits && std::ranges::all_of(text, [](char c) {
                               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
                           });
    return is_digest ? text : std::string{};
}

}  // namespace sensor::attribute::feeds
