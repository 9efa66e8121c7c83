// The facts of one session by what they are, from a single pass over them. Cold path.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "sensor/model/observation.h"

namespace sensor::report {

/// Borrows from the session.
class FactIndex {
  public:
    explicit FactIndex(const Observation& session) noexcept {
        for (const auto& [fact, value] : session.facts) {
            const auto at = static_cast<std::size_t>(fact);
            if (at >= kFacts) continue;
            if (!has(fact)) first_[at] = value;
            last_[at] = value;
            present_ |= bit(fact);
        }
    }
    [[nodiscard]] bool has(Fact fact) const noexcept { return (present_ & bit(fact)) != 0; }
    [[nodiscard]] bool has_any(std::initializer_list<Fact> wanted) const noexcept {
        std::uint32_t mask = 0;
        for (const Fact fact : wanted)
            mask |= bit(fact);
        return (present_ & mask) != 0;
    }
    /// The value noted first; empty if there is none.
    [[nodiscard]] std::string_view first(Fact fact) const noexcept {
        return has(fact) ? first_[static_cast<std::size_t>(fact)] : std::string_view{};
    }
    /// The value noted last: where both sides said something, the server's. Empty if there is none.
    [[nodiscard]] std::string_view last(Fact fact) const noexcept {
        return has(fact) ? last_[static_cast<std::size_t>(fact)] : std::string_view{};
    }

  private:
    static constexpr auto kFacts = static_cast<std::size_t>(Fact::kCount);
    static_assert(kFacts <= 32, "present_ has a bit for each");
    static constexpr std::uint32_t bit(Fact fact) noexcept {
        return std::uint32_t{1} << static_cast<unsigned>(fact);
    }

    std::uint32_t present_ = 0;
    std::array<std::string_view, kFacts> first_;  // where present_ has the bit
    std::array<std::string_view, kFacts> last_;   // ditto
};

}  // namespace sensor::report
