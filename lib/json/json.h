// JSON (RFC 8259), read by RapidJSON. The only folder that includes <rapidjson/...>. Cold path.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/result/result.h"

namespace json {

/// A value inside a Document, which it must not outlive. The accessors give nothing when the value
/// is of another type, so that a reader says what it expected.
class Value {
  public:
    [[nodiscard]] bool is_object() const noexcept;
    [[nodiscard]] bool is_array() const noexcept;
    [[nodiscard]] bool is_null() const noexcept;
    [[nodiscard]] std::optional<std::string_view> text() const noexcept;
    [[nodiscard]] std::optional<std::int64_t> integer() const noexcept;
    [[nodiscard]] std::optional<std::uint64_t> unsigned_integer() const noexcept;
    [[nodiscard]] std::optional<double> number() const noexcept;
    [[nodiscard]] std::optional<bool> boolean() const noexcept;
    /// The member `key` of an object; nothing if it is absent or this is no object.
    [[nodiscard]] std::optional<Value> find(std::string_view key) const noexcept;
    /// Members in document order; empty for anything but an object.
    [[nodiscard]] std::vector<std::pair<std::string_view, Value>> members() const;
    /// Elements of an array; empty for anything else.
    [[nodiscard]] std::vector<Value> elements() const;

  private:
    friend class Document;
    friend class Reader;
    explicit Value(const void* value) noexcept : value_{value} {}
    const void* value_;
};

class Document {
  public:
    /// `text` is one JSON value and nothing else. The error says what is wrong and at which byte,
    /// counted from 1.
    [[nodiscard]] static result::Result<Document> parse(std::string_view text);
    Document(Document&&) noexcept;
    Document& operator=(Document&&) noexcept;
    ~Document();

    [[nodiscard]] Value root() const noexcept;

  private:
    struct State;
    explicit Document(std::unique_ptr<State> state) noexcept;
    std::unique_ptr<State> state_;
};

}  // namespace json
