// The members of one object of a record, each asked for by its type: the first that is missing or
// wrong is remembered with what was expected. Cold path.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "lib/json/json.h"
#include "sensor/model/observation.h"

namespace sensor::report {

class RecordFields {
  public:
    /// `path` is what the object is called in messages: "flow."; empty for the record itself.
    /// `error` is shared by all objects of one record.
    RecordFields(std::optional<json::Value> object, std::string_view path, std::string& error)
        : object_{object}, path_{path}, error_{error} {}

    [[nodiscard]] bool is_there() const noexcept { return object_ && object_->is_object(); }
    /// The object `key`; one without members if it is absent. `path` names it in messages.
    [[nodiscard]] RecordFields object(std::string_view key, std::string_view path) const {
        const auto value = find(key);
        if (value && !value->is_object()) expect(key, "an object");
        return {value, path, error_};
    }
    [[nodiscard]] std::optional<json::Value> find(std::string_view key) const noexcept {
        if (!object_) return std::nullopt;
        return object_->find(key);
    }

    /// Empty if absent.
    [[nodiscard]] std::string_view text_if(std::string_view key) const;
    [[nodiscard]] std::string_view text(std::string_view key) const;
    [[nodiscard]] std::uint64_t number(std::string_view key, std::uint64_t most) const;
    /// 0 if absent.
    [[nodiscard]] std::uint64_t number_if(std::string_view key, std::uint64_t most) const;
    /// False if absent.
    [[nodiscard]] bool flag_if(std::string_view key) const;
    [[nodiscard]] Timestamp time(std::string_view key) const;
    [[nodiscard]] std::optional<Timestamp> time_if(std::string_view key) const;
    [[nodiscard]] std::optional<Duration> seconds_if(std::string_view key) const;
    [[nodiscard]] Address address(std::string_view key) const;
    [[nodiscard]] PortNumber port(std::string_view key) const {
        return PortNumber{static_cast<std::uint16_t>(number(key, 65535))};
    }
    /// One of the enumerators up to `last` by its name; the first if absent.
    template <class Enum>
    [[nodiscard]] Enum word_if(std::string_view key, Enum last) const {
        const std::string_view word = text_if(key);
        if (word.empty()) return Enum{};
        for (unsigned i = 0; i <= static_cast<unsigned>(last); ++i) {
            if (name_of(static_cast<Enum>(i)) == word) return static_cast<Enum>(i);
        }
        std::string words;
        for (unsigned i = 0; i <= static_cast<unsigned>(last); ++i)
            words += (words.empty() ? "" : ", ") + std::string{name_of(static_cast<Enum>(i))};
        expect(key, "one of " + words);
        return Enum{};
    }
    /// Notes that `key` is not what it should be, and what it is, if nothing was noted before.
    void expect(std::string_view key, std::string_view what) const;

  private:
    std::optional<json::Value> object_;
    std::string_view path_;
    std::string& error_;
};

}  // namespace sensor::report
