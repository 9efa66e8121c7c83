#include "lib/json/json.h"

#include <algorithm>

#include <rapidjson/document.h>
#include <rapidjson/error/en.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include "lib/bytes/utf8.h"

namespace json {
namespace {

const rapidjson::Value& inside(const void* value) noexcept {
    return *static_cast<const rapidjson::Value*>(value);
}

std::string_view text_of(const rapidjson::Value& value) noexcept {
    return {value.GetString(), value.GetStringLength()};
}

/// Length of the UTF-8 sequence at the start of `text`, 0 if it is malformed.
std::size_t sequence_length(std::string_view text) noexcept {
    const bytes::CodePoint point = bytes::first_code_point(text);
    return point.valid ? point.length : 0;
}

}  // namespace

bool Value::is_object() const noexcept {
    return inside(value_).IsObject();
}
bool Value::is_array() const noexcept {
    return inside(value_).IsArray();
}
bool Value::is_null() const noexcept {
    return inside(value_).IsNull();
}
std::optional<std::string_view> Value::text() const noexcept {
    if (!inside(value_).IsString()) return std::nullopt;
    return text_of(inside(value_));
}
std::optional<std::int64_t> Value::integer() const noexcept {
    if (!inside(value_).IsInt64()) return std::nullopt;
    return inside(value_).GetInt64();
}
std::optional<double> Value::number() const noexcept {
    if (!inside(value_).IsNumber()) return std::nullopt;
    return inside(value_).GetDouble();
}
std::optional<bool> Value::boolean() const noexcept {
    if (!inside(value_).IsBool()) return std::nullopt;
    return inside(value_).GetBool();
}
std::optional<Value> Value::find(std::string_view key) const noexcept {
    if (!is_object()) return std::nullopt;
    const rapidjson::Value name{
        rapidjson::StringRef(key.data(), static_cast<rapidjson::SizeType>(key.size()))};
    const auto found = inside(value_).FindMember(name);
    if (found == inside(value_).MemberEnd()) return std::nullopt;
    return Value{&found->value};
}
std::vector<std::pair<std::string_view, Value>> Value::members() const {
    std::vector<std::pair<std::string_view, Value>> all;
    if (!is_object()) return all;
    for (const auto& member : inside(value_).GetObject()) {
        all.emplace_back(text_of(member.name), Value{&member.value});
    }
    return all;
}
std::vector<Value> Value::elements() const {
    std::vector<Value> all;
    if (!is_array()) return all;
    for (const auto& element : inside(value_).GetArray())
        all.push_back(Value{&element});
    return all;
}

struct Document::State {
    rapidjson::Document document;
};

Document::Document(std::unique_ptr<State> state) noexcept : state_{std::move(state)} {}
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;
Document::~Document() = default;

result::Result<Document> Document::parse(std::string_view text) {
    auto state = std::make_unique<State>();
    auto& document = state->document;
    // Iterative: a hostile text cannot exhaust the stack by nesting.
    document.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag>(
        text.data(), text.size());
    if (document.HasParseError()) {
        return result::Error{std::string{rapidjson::GetParseError_En(document.GetParseError())} +
                             " (at byte " + std::to_string(document.GetErrorOffset() + 1) + ")"};
    }
    return Document{std::move(state)};
}

Value Document::root() const noexcept {
    return Value{static_cast<const rapidjson::Value*>(&state_->document)};
}

struct Writer::State {
    rapidjson::StringBuffer buffer;
    rapidjson::Writer<rapidjson::StringBuffer> writer{buffer};
    std::string repaired;
};

Writer::Writer() : state_{std::make_unique<State>()} {}
Writer::Writer(Writer&&) noexcept = default;
Writer& Writer::operator=(Writer&&) noexcept = default;
Writer::~Writer() = default;

Writer& Writer::begin_object() {
    state_->writer.StartObject();
    return *this;
}
Writer& Writer::end_object() {
    state_->writer.EndObject();
    return *this;
}
Writer& Writer::begin_array() {
    state_->writer.StartArray();
    return *this;
}
Writer& Writer::end_array() {
    state_->writer.EndArray();
    return *this;
}
Writer& Writer::key(std::string_view name) {
    state_->writer.Key(name.data(), static_cast<rapidjson::SizeType>(name.size()));
    return *this;
}
Writer& Writer::text(std::string_view value) {
    const bool is_ascii = std::ranges::all_of(value, [](char c) { return (c & 0x80) == 0; });
    if (!is_ascii) {
        std::string& repaired = state_->repaired;
        repaired.clear();
        while (!value.empty()) {
            const std::size_t length = sequence_length(value);
            repaired += length == 0 ? std::string_view{"\xef\xbf\xbd"} : value.substr(0, length);
            value.remove_prefix(std::max<std::size_t>(length, 1));
        }
        value = repaired;
    }
    state_->writer.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
    return *this;
}
Writer& Writer::integer(std::int64_t value) {
    state_->writer.Int64(value);
    return *this;
}
Writer& Writer::unsigned_integer(std::uint64_t value) {
    state_->writer.Uint64(value);
    return *this;
}
Writer& Writer::number(double value) {
    state_->writer.Double(value);
    return *this;
}
Writer& Writer::boolean(bool value) {
    state_->writer.Bool(value);
    return *this;
}
std::string_view Writer::view() const noexcept {
    return {state_->buffer.GetString(), state_->buffer.GetSize()};
}
void Writer::clear() {
    state_->buffer.Clear();
    state_->writer.Reset(state_->buffer);
}

}  // namespace json
