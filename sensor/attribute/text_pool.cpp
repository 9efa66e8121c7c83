#include "sensor/attribute/text_pool.h"

namespace sensor::attribute {

std::optional<TextId> TextPool::find(std::string_view text) const {
    if (text.empty()) return TextId::kEmpty;
    const auto found = ids_.find(text);
    return found == ids_.end() ? std::nullopt : std::optional{found->second};
}

std::optional<TextId> TextPool::intern(std::string_view text) {
    if (const auto known = find(text)) return known;
    const std::size_t size = text.size() + kOverhead;
    if (bytes_ + size > most_bytes_) return std::nullopt;
    bytes_ += size;
    const auto id = static_cast<TextId>(texts_.size());
    ids_.emplace(texts_.emplace_back(text), id);
    return id;
}

}  // namespace sensor::attribute
