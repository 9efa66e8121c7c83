// Many JSON texts, one after another: each parsed in place, into memory that is kept for the next.
#pragma once

#include <memory>
#include <string>

#include "lib/json/json.h"

namespace json {

class Reader {
  public:
    Reader();
    Reader(Reader&&) noexcept;
    Reader& operator=(Reader&&) noexcept;
    ~Reader();

    /// `text` is one JSON value and nothing else; it is changed, and what is returned borrows from
    /// it until the next call. The error says what is wrong and at which byte, counted from 1.
    [[nodiscard]] result::Result<Value> parse(std::string& text);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace json
