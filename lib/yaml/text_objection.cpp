#include "lib/yaml/text_objection.h"

#include <algorithm>
#include <sstream>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include "lib/bytes/utf8.h"

namespace yaml {
namespace {

/// Bytes of the character that `text` begins with; 0 if it is none, or one that no YAML has.
std::size_t character_length(std::string_view text) noexcept {
    const bytes::CodePoint point = bytes::first_code_point(text);
    return point.valid && point.value != 0 ? point.length : 0;
}

/// Where a document begins, and whether there is anything in it.
class DocumentWatch : public YAML::EventHandler {
  public:
    [[nodiscard]] const YAML::Mark& begin() const noexcept { return begin_; }
    [[nodiscard]] bool has_content() const noexcept { return has_content_; }

    void OnDocumentStart(const YAML::Mark& mark) override {
        begin_ = mark;
        has_content_ = false;
    }
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& /*mark*/, YAML::anchor_t /*anchor*/) override {}
    void OnAlias(const YAML::Mark& /*mark*/, YAML::anchor_t /*anchor*/) override {
        has_content_ = true;
    }
    void OnScalar(const YAML::Mark& /*mark*/, const std::string& /*tag*/, YAML::anchor_t /*anchor*/,
                  const std::string& /*value*/) override {
        has_content_ = true;
    }
    void OnSequenceStart(const YAML::Mark& /*mark*/, const std::string& /*tag*/,
                         YAML::anchor_t /*anchor*/, YAML::EmitterStyle::value /*style*/) override {
        has_content_ = true;
    }
    void OnSequenceEnd() override {}
    void OnMapStart(const YAML::Mark& /*mark*/, const std::string& /*tag*/,
                    YAML::anchor_t /*anchor*/, YAML::EmitterStyle::value /*style*/) override {
        has_content_ = true;
    }
    void OnMapEnd() override {}

  private:
    YAML::Mark begin_;
    bool has_content_ = false;
};

}  // namespace

std::optional<Problem> encoding_problem(std::string_view text, const std::string& name) {
    int line = 1;
    int column = 1;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = character_length(text.substr(at));
        if (length == 0) {
            return Problem{.place = {.file = name, .line = line, .column = column},
                           .is_warning = false,
                           .message = "this is not UTF-8 text; save the file as UTF-8"};
        }
        const bool is_end = text[at] == '\n';
        line += is_end ? 1 : 0;
        column = is_end ? 1 : column + 1;
        at += length;
    }
    return std::nullopt;
}

std::optional<Problem> tab_problem(std::string_view text, const std::string& name, int last_line) {
    for (int line = 1; line <= last_line && !text.empty(); ++line) {
        const std::string_view here = text.substr(0, text.find('\n'));
        const std::size_t indentation = std::min(here.find_first_not_of(" \t"), here.size());
        const std::size_t tab = here.substr(0, indentation).find('\t');
        if (tab != std::string_view::npos && indentation != here.size()) {
            return Problem{
                .place = {.file = name, .line = line, .column = static_cast<int>(tab) + 1},
                .is_warning = false,
                .message = "a tab stands in the indentation, which YAML forbids; use spaces"};
        }
        text.remove_prefix(std::min(here.size() + 1, text.size()));
    }
    return std::nullopt;
}

std::optional<Problem> documents_problem(const std::string& text, const std::string& name) {
    std::istringstream stream{text};
    YAML::Parser parser{stream};
    DocumentWatch watch;
    int last = -1;  // where the document before began
    while (parser.HandleNextDocument(watch)) {
        const YAML::Mark& begin = watch.begin();
        const Place place{.file = name, .line = begin.line + 1, .column = begin.column + 1};
        if (begin.pos == last) return Problem{place, false, "nothing that YAML knows begins here"};
        if (last >= 0 && watch.has_content()) {
            return Problem{place, false, "a second document begins here; put everything into one"};
        }
        last = begin.pos;
    }
    return std::nullopt;
}

}  // namespace yaml
