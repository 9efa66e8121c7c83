#include "lib/plist/plist.h"

#include <charconv>
#include <limits>
#include <memory>
#include <vector>

#include <expat.h>

#include "lib/json/writer.h"

namespace plist {
namespace {

struct FreeParser {
    void operator()(XML_Parser parser) const noexcept { XML_ParserFree(parser); }
};
using Parser = std::unique_ptr<XML_ParserStruct, FreeParser>;

constexpr std::string_view kBlank = " \t\r\n";

bool is_blank(std::string_view text) noexcept {
    return text.find_first_not_of(kBlank) == std::string_view::npos;
}

template <class Number>
bool read_number(std::string_view text, Number& number) noexcept {
    const char* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number);
    return !text.empty() && read.ec == std::errc{} && read.ptr == end;
}

bool write_integer(std::string_view text, json::Writer& out) {
    std::int64_t number = 0;
    std::uint64_t large = 0;
    if (read_number(text, number)) {
        out.integer(number);
    } else if (read_number(text, large)) {
        out.unsigned_integer(large);
    } else {
        return false;
    }
    return true;
}

bool write_real(std::string_view text, json::Writer& out) {
    double number = 0;
    if (!read_number(text, number)) return false;
    out.number(number);
    return true;
}

bool write_text(std::string_view text, json::Writer& out) {
    out.text(text);
    return true;
}

/// Base64 is broken into lines.
bool write_data(std::string_view text, json::Writer& out) {
    std::string base64;
    for (const char c : text)
        if (kBlank.find(c) == std::string_view::npos) base64 += c;
    out.text(base64);
    return true;
}

bool write_true(std::string_view text, json::Writer& out) {
    out.boolean(true);
    return text.empty();
}

bool write_false(std::string_view text, json::Writer& out) {
    out.boolean(false);
    return text.empty();
}

/// An element that holds nothing but text. False if the text is none for it.
struct Leaf {
    std::string_view name;
    bool (*write)(std::string_view text, json::Writer& out);
};
constexpr Leaf kLeaves[] = {
    {"string", write_text}, {"integer", write_integer}, {"real", write_real}, {"true", write_true},
    {"false", write_false}, {"date", write_text},       {"data", write_data},
};

const Leaf* find_leaf(std::string_view name) noexcept {
    for (const Leaf& leaf : kLeaves)
        if (leaf.name == name) return &leaf;
    return nullptr;
}

/// Writes what expat finds. Nothing is done after the first thing that is wrong.
class Translation {
  public:
    explicit Translation(XML_Parser parser) noexcept : parser_{parser} {}

    [[nodiscard]] const std::string& objection() const noexcept { return objection_; }
    [[nodiscard]] bool is_whole() const noexcept { return objection_.empty() && has_root_; }
    [[nodiscard]] std::string_view json() const noexcept { return out_.view(); }

    void refuse(std::string why) {
        if (!objection_.empty()) return;
        objection_ =
            std::move(why) + " (line " + std::to_string(XML_GetCurrentLineNumber(parser_)) + ")";
        XML_StopParser(parser_, XML_FALSE);
    }
    void begin(std::string_view name);
    void end(std::string_view name);
    void add(std::string_view text);

  private:
    enum class Within : std::uint8_t { kArray, kDictBeforeKey, kDictBeforeValue };

    /// A value may stand here.
    [[nodiscard]] bool takes_value(std::string_view name);
    void begin_container(bool is_dict);
    void end_container();
    void end_leaf(const Leaf& leaf);

    XML_Parser parser_;
    json::Writer out_;
    std::vector<Within> within_;
    bool is_open_ = false;        // <plist> has begun
    bool has_root_ = false;       // the value in it has begun
    bool is_key_ = false;         // the element that holds text is <key>
    const Leaf* leaf_ = nullptr;  // the element that holds text, if it is another
    std::string text_;            // of that element
    std::string objection_;
};

bool Translation::takes_value(std::string_view name) {
    const bool is_in_text = leaf_ != nullptr || is_key_;
    const bool is_misplaced =
        within_.empty() ? has_root_ : within_.back() == Within::kDictBeforeKey;
    if (is_in_text || is_misplaced) refuse("<" + std::string{name} + "> stands where no value may");
    return !is_in_text && !is_misplaced;
}

void Translation::begin_container(bool is_dict) {
    if (within_.size() == kMostDepth) return refuse("values are nested too deeply");
    has_root_ = true;
    within_.push_back(is_dict ? Within::kDictBeforeKey : Within::kArray);
    is_dict ? out_.begin_object() : out_.begin_array();
}

void Translation::begin(std::string_view name) {
    if (!objection_.empty()) return;
    if (!is_open_) {
        is_open_ = name == "plist";
        if (!is_open_) refuse("the document must be a <plist>");
        return;
    }
    if (name == "key") {
        const bool is_due = leaf_ == nullptr && !is_key_ && !within_.empty() &&
                            within_.back() == Within::kDictBeforeKey;
        is_key_ = true;
        return is_due ? void() : refuse("<key> stands where none may");
    }
    if (!takes_value(name)) return;
    if (name == "dict" || name == "array") return begin_container(name == "dict");
    leaf_ = find_leaf(name);
    if (leaf_ == nullptr) return refuse("<" + std::string{name} + "> is no value of these lists");
    has_root_ = true;
}

void Translation::end_container() {
    if (within_.back() == Within::kDictBeforeValue) return refuse("a <key> has no value");
    within_.back() == Within::kArray ? out_.end_array() : out_.end_object();
    within_.pop_back();
}

void Translation::end_leaf(const Leaf& leaf) {
    if (!leaf.write(text_, out_))
        refuse("'" + text_.substr(0, 40) + "' is no " + std::string{leaf.name});
    text_.clear();
    leaf_ = nullptr;
}

void Translation::end(std::string_view name) {
    if (!objection_.empty() || name == "plist") return;
    if (is_key_) {
        out_.escaped_key(text_);
        text_.clear();
        is_key_ = false;
        within_.back() = Within::kDictBeforeValue;
        return;
    }
    if (leaf_ != nullptr) {
        end_leaf(*leaf_);
    } else {
        end_container();
    }
    if (!within_.empty() && within_.back() == Within::kDictBeforeValue)
        within_.back() = Within::kDictBeforeKey;
}

void Translation::add(std::string_view text) {
    if (!objection_.empty()) return;
    if (leaf_ != nullptr || is_key_) {
        text_ += text;
    } else if (!is_blank(text)) {
        refuse("text stands between the values");
    }
}

Translation& inside(void* data) noexcept {
    return *static_cast<Translation*>(data);
}

void XMLCALL on_begin(void* data, const XML_Char* name, const XML_Char**) {
    inside(data).begin(name);
}
void XMLCALL on_end(void* data, const XML_Char* name) {
    inside(data).end(name);
}
void XMLCALL on_text(void* data, const XML_Char* text, int length) {
    inside(data).add({text, static_cast<std::size_t>(length)});
}
/// What Apple writes names a DTD, and declares nothing itself.
void XMLCALL on_document_type(void* data, const XML_Char*, const XML_Char*, const XML_Char*,
                              int has_declarations) {
    if (has_declarations != 0) inside(data).refuse("the document declares entities or elements");
}
void XMLCALL on_skipped_entity(void* data, const XML_Char* name, int) {
    inside(data).refuse("'&" + std::string{name} + ";' is no character");
}

}  // namespace

bool looks_like_xml(std::string_view text) noexcept {
    constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
    if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    const std::size_t start = text.find_first_not_of(kBlank);
    return start != std::string_view::npos && text[start] == '<';
}

result::Result<std::string> to_json(std::string_view xml) {
    if (xml.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
        return result::Error{"the document is too long"};
    }
    const Parser parser{XML_ParserCreate(nullptr)};
    if (parser == nullptr) return result::Error{"expat finds no memory"};
    Translation translation{parser.get()};
    XML_SetUserData(parser.get(), &translation);
    XML_SetElementHandler(parser.get(), on_begin, on_end);
    XML_SetCharacterDataHandler(parser.get(), on_text);
    XML_SetStartDoctypeDeclHandler(parser.get(), on_document_type);
    XML_SetSkippedEntityHandler(parser.get(), on_skipped_entity);
    const auto status = XML_Parse(parser.get(), xml.data(), static_cast<int>(xml.size()), XML_TRUE);
    if (!translation.objection().empty()) return result::Error{translation.objection()};
    if (status != XML_STATUS_OK) {
        return result::Error{std::string{XML_ErrorString(XML_GetErrorCode(parser.get()))} +
                             " (line " + std::to_string(XML_GetCurrentLineNumber(parser.get())) +
                             ")"};
    }
    if (!translation.is_whole()) return result::Error{"the <plist> is empty"};
    return std::string{translation.json()};
}

}  // namespace plist
