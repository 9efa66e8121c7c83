// A value or the one line that says why there is none. Cold path only.
//
// The members are named after std::expected's, which GCC 12 lacks in C++20 mode.
#pragma once

#include <string>
#include <utility>
#include <variant>

namespace result {

/// One line for the operator: what is wrong, where, and what to do about it.
struct Error {
    std::string message;
};

template <class T>
class [[nodiscard]] Result {
  public:
    Result(T value) : state_{std::in_place_index<0>, std::move(value)} {}      // NOLINT: implicit
    Result(Error error) : state_{std::in_place_index<1>, std::move(error)} {}  // NOLINT: implicit

    [[nodiscard]] bool has_value() const noexcept { return state_.index() == 0; }
    explicit operator bool() const noexcept { return has_value(); }
    [[nodiscard]] T& operator*() & noexcept { return *std::get_if<0>(&state_); }
    [[nodiscard]] const T& operator*() const& noexcept { return *std::get_if<0>(&state_); }
    [[nodiscard]] T&& operator*() && noexcept { return std::move(*std::get_if<0>(&state_)); }
    [[nodiscard]] T* operator->() noexcept { return std::get_if<0>(&state_); }
    [[nodiscard]] const T* operator->() const noexcept { return std::get_if<0>(&state_); }
    [[nodiscard]] const Error& error() const noexcept { return *std::get_if<1>(&state_); }

  private:
    std::variant<T, Error> state_;
};

/// Success without a value.
struct Done {};
using Status = Result<Done>;

}  // namespace result
