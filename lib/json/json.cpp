#include "lib/json/json.h"

#include <cstring>

#include <rapidjson/document.h>
#include <rapidjson/error/en.h>

#include "lib/json/reader.h"

namespace json {
namespace {

const rapidjson::Value& inside(const void* value) noexcept {
    return *static_cast<const rapidjson::Value*>(value);
}

std::string_view text_of(const rapidjson::Value& value) noexcept {
    return {value.GetString(), value.GetStringLength()};
}

/// Iterative: a hostile text cannot exhaust the stack by nesting.
constexpr unsigned kFlags = rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag;

result::Error error_of(const auto& document) {
    return {std::string{rapidjson::GetParseError_En(document.GetParseError())} + " (at byte " +
            std::to_string(document.GetErrorOffset() + 1) + ")"};
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
std::optional<std::uint64_t> Value::unsigned_integer() const noexcept {
    if (!inside(value_).IsUint64()) return std::nullopt;
    return inside(value_).GetUint64();
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
    document.Parse<kFlags>(text.data(), text.size());
    if (document.HasParseError()) return error_of(document);
    return Document{std::move(state)};
}

Value Document::root() const noexcept {
    return Value{static_cast<const rapidjson::Value*>(&state_->document)};
}

/// The parser's stacks, too, lie in memory that is kept: freed with each text they would make the
/// allocator tidy its heap up each time.
struct Reader::State {
    static constexpr std::size_t kRoom = 64U << 10U;  // most texts fit; more is asked for as needed
    using Memory = rapidjson::MemoryPoolAllocator<>;

    std::unique_ptr<char[]> room = std::make_unique<char[]>(2 * kRoom);
    Memory memory{room.get(), kRoom};
    Memory stack{room.get() + kRoom, kRoom};
    rapidjson::GenericDocument<rapidjson::UTF8<>, Memory, Memory> document{&memory, kStack, &stack};

  private:
    static constexpr std::size_t kStack = 4U << 10U;  // bytes to begin with
};

Reader::Reader() : state_{std::make_unique<State>()} {}
Reader::Reader(Reader&&) noexcept = default;
Reader& Reader::operator=(Reader&&) noexcept = default;
Reader::~Reader() = default;

result::Result<Value> Reader::parse(std::string& text) {
    // In place, a text ends at its first NUL.
    const void* nul = std::memchr(text.data(), '\0', text.size());
    if (nul != nullptr) {
        const auto at = static_cast<const char*>(nul) - text.data();
        return result::Error{"Invalid value. (at byte " + std::to_string(at + 1) + ")"};
    }
    auto& document = state_->document;
    document.SetNull();
    state_->memory.Clear();
    state_->stack.Clear();  // the document gave it back when it had parsed
    document.ParseInsitu<kFlags>(text.data());
    if (document.HasParseError()) return error_of(document);
    const rapidjson::Value& root = document;
    return Value{static_cast<const void*>(&root)};
}

}  // namespace json
