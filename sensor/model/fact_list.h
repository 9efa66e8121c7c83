// Facts of a session on the cold side, in the order they were noted: one string, however many.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

#include "sensor/model/facts.h"

namespace sensor {

class FactList {
  public:
    using value_type = std::pair<Fact, std::string_view>;

    FactList() = default;
    FactList(std::initializer_list<value_type> facts) {
        for (const auto& [fact, value] : facts)
            emplace_back(fact, value);
    }

    /// Values are cut at Facts::kMaxValue bytes.
    void emplace_back(Fact fact, std::string_view value) {
        value = value.substr(0, Facts::kMaxValue);
        bytes_ += static_cast<char>(fact);
        bytes_ += static_cast<char>(value.size());
        bytes_ += value;
    }
    void append(const FactList& others) { bytes_ += others.bytes_; }
    /// Adds `told`; what is told again takes the place of what was there.
    void renew(const Facts& told) {
        if (!bytes_.empty()) remove_what_is_in(told);
        told.each([this](Fact fact, std::string_view value) { emplace_back(fact, value); });
    }
    void clear() noexcept { bytes_.clear(); }
    [[nodiscard]] bool empty() const noexcept { return bytes_.empty(); }

    class Iterator {
      public:
        using value_type = FactList::value_type;
        using difference_type = std::ptrdiff_t;

        Iterator() = default;
        explicit Iterator(const char* at) noexcept : at_{at} {}
        /// The value is borrowed from the list.
        value_type operator*() const noexcept {
            return {static_cast<Fact>(*at_), {at_ + 2, size()}};
        }
        Iterator& operator++() noexcept {
            at_ += 2 + size();
            return *this;
        }
        Iterator operator++(int) noexcept { return std::exchange(*this, std::next(*this)); }
        friend bool operator==(const Iterator&, const Iterator&) = default;

      private:
        [[nodiscard]] std::size_t size() const noexcept {
            return static_cast<std::uint8_t>(at_[1]);
        }
        const char* at_ = nullptr;
    };
    [[nodiscard]] Iterator begin() const noexcept { return Iterator{bytes_.data()}; }
    [[nodiscard]] Iterator end() const noexcept { return Iterator{bytes_.data() + bytes_.size()}; }

    /// The first value of `fact`, borrowed; empty if there is none.
    [[nodiscard]] std::string_view find(Fact fact) const noexcept {
        for (const auto& [candidate, value] : *this) {
            if (candidate == fact) return value;
        }
        return {};
    }

  private:
    void remove_what_is_in(const Facts& told) {
        FactList kept;
        for (const auto& [fact, value] : *this) {
            bool is_told = false;
            told.each([&, fact = fact](Fact again, std::string_view) { is_told |= again == fact; });
            if (!is_told) kept.emplace_back(fact, value);
        }
        *this = std::move(kept);
    }

    std::string bytes_;  // of each: the Fact, its length, its value
};

}  // namespace sensor
