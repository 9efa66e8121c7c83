// Texts that many facts share (app ids, versions, users), each kept once and named by a number.
// Cold path; one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace sensor::attribute {

/// A text by its place in the pool.
enum class TextId : std::uint32_t { kEmpty };

class TextPool {
  public:
    /// Texts are never forgotten, so `most_bytes` bounds what sources that never repeat themselves
    /// can make it hold.
    explicit TextPool(std::size_t most_bytes = kMostBytes) : most_bytes_{most_bytes} {}

    TextPool(const TextPool&) = delete;
    TextPool& operator=(const TextPool&) = delete;
    ~TextPool() = default;

    /// Nothing if there is no room for a text that is new.
    [[nodiscard]] std::optional<TextId> intern(std::string_view text);
    /// Nothing if nobody ever said it.
    [[nodiscard]] std::optional<TextId> find(std::string_view text) const;
    [[nodiscard]] std::string_view text(TextId id) const noexcept {
        return texts_[static_cast<std::size_t>(id)];
    }
    [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

  private:
    static constexpr std::size_t kMostBytes = std::size_t{512} << 20U;
    /// What a text costs besides its own bytes, roughly.
    static constexpr std::size_t kOverhead = 96;

    std::size_t most_bytes_;
    std::size_t bytes_ = 0;
    std::deque<std::string> texts_{std::string{}};  // stay in place
    std::unordered_map<std::string_view, TextId> ids_;
};

}  // namespace sensor::attribute
