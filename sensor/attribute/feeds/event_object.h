// A JSON object that is an event, read field by field; the first thing wrong with it is kept.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/json/json.h"
#include "sensor/model/observation.h"

namespace sensor::attribute::feeds {

/// Every reader returns an empty value once something was wrong, so that a whole event is read in
/// order and ok() asked once.
class EventObject {
  public:
    /// `root` must outlive it.
    explicit EventObject(const json::Value& root);

    [[nodiscard]] bool ok() const noexcept { return error_.empty(); }
    /// "expected 'port' as a number from 1 to 65535".
    [[nodiscard]] const std::string& error() const noexcept { return error_; }

    /// Wrong unless `name` is the number `wanted`.
    void version(std::string_view name, int wanted);
    [[nodiscard]] Timestamp time(std::string_view name);
    /// A text that is not empty.
    [[nodiscard]] std::string text(std::string_view name);
    /// Empty if absent.
    [[nodiscard]] std::string optional_text(std::string_view name);
    /// A list of texts; empty if absent.
    [[nodiscard]] std::vector<std::string> optional_texts(std::string_view name);
    [[nodiscard]] bool has(std::string_view name) const { return find(name).has_value(); }
    /// True for `yes`, false for `no`; another word is wrong.
    [[nodiscard]] bool word(std::string_view name, std::string_view yes, std::string_view no);
    [[nodiscard]] Address address(std::string_view name);
    [[nodiscard]] PortNumber port(std::string_view name);
    /// kUnknown if absent.
    [[nodiscard]] Tristate tristate(std::string_view name);

    // For documents that others define.
    /// `otherwise` if absent or empty, or the year 1, which stands for never.
    [[nodiscard]] Timestamp time_or(std::string_view name, Timestamp otherwise);
    /// A text, or a whole number as text; empty if it is anything else.
    [[nodiscard]] std::string label(std::string_view name) const;
    /// A whole number, which may stand in a text; nothing if absent.
    [[nodiscard]] std::optional<std::int64_t> optional_integer(std::string_view name);
    /// Like port(), and it may stand in a text.
    [[nodiscard]] PortNumber loose_port(std::string_view name);
    /// What stands there, whatever it is; nothing if absent or null.
    [[nodiscard]] std::optional<json::Value> child(std::string_view name) const {
        return find(name);
    }

  private:
    /// Nothing if absent or null.
    [[nodiscard]] std::optional<json::Value> find(std::string_view name) const;
    [[nodiscard]] std::string_view text_of(std::string_view name) const;
    void expect(std::string_view name, const std::string& what);
    [[nodiscard]] PortNumber port_of(std::string_view name, std::optional<std::int64_t> number);

    json::Value root_;
    std::string error_;
};

}  // namespace sensor::attribute::feeds
