#include "lib/yaml/yaml.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <sstream>
#include <tuple>

#include <yaml-cpp/yaml.h>

#include "lib/yaml/text_objection.h"

namespace yaml {

struct Node::State {
    YAML::Node value;
    std::string file;
};

namespace {

Place place_of(const std::string& file, const YAML::Mark& mark) {
    return {.file = file, .line = mark.line + 1, .column = mark.column + 1};
}

/// Levenshtein distance in which two neighbours that changed places count once, as 'tsl' for 'tls'.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before;  // the row of two letters ago
    std::vector<std::size_t> above(b.size() + 1);
    std::iota(above.begin(), above.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::vector<std::size_t> row{i + 1};
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t replaced = above[j] + (a[i] == b[j] ? 0 : 1);
            row.push_back(std::min({row[j] + 1, above[j + 1] + 1, replaced}));
            if (i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j]) {
                row.back() = std::min(row.back(), before[j - 1] + 1);
            }
        }
        before = std::exchange(above, std::move(row));
    }
    return above.back();
}

std::string with_hint(std::string message, std::string_view word,
                      const std::vector<std::string_view>& candidates) {
    const std::string hint = nearest(word, candidates);
    if (!hint.empty()) return message + "; did you mean '" + hint + "'?";
    if (candidates.empty()) return message;
    message += "; known are ";
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        message += (i == 0 ? "" : ", ") + std::string{candidates[i]};
    }
    return message;
}

template <class Number>
std::optional<Number> parse_number(std::string_view text) {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

template <class Number>
std::optional<Number> ranged(const Node& node, Number minimum, Number maximum,
                             std::string_view kind, Problems& problems) {
    if (!node.defined()) return std::nullopt;
    const auto value = parse_number<Number>(node.scalar());
    if (value && *value >= minimum && *value <= maximum) return value;
    std::ostringstream message;
    message << "expected " << kind << " from " << minimum << " to " << maximum;
    if (node.is_scalar()) message << ", got '" << node.scalar() << "'";
    problems.error(node.place(), message.str());
    return std::nullopt;
}

}  // namespace

std::string Problem::to_string() const {
    if (place.file.empty()) return message;  // of a file that could not be read at all
    return place.file + ":" + std::to_string(place.line) + ":" + std::to_string(place.column) +
           (is_warning ? ": warning: " : ": error: ") + message;
}

void Problems::error(Place place, std::string message) {
    add({std::move(place), false, std::move(message)});
}

void Problems::warning(Place place, std::string message) {
    add({std::move(place), true, std::move(message)});
}

void Problems::add(Problem problem) {
    errors_ += problem.is_warning ? 0 : 1;
    problems_.push_back(std::move(problem));
}

std::vector<Problem> Problems::sorted() const {
    auto sorted = problems_;
    std::ranges::stable_sort(sorted, {}, [](const Problem& problem) {
        return std::tuple{problem.place.file, problem.place.line, problem.place.column};
    });
    return sorted;
}

Node::Node() = default;
Node::Node(const Node& other)
    : state_{other.state_ ? std::make_unique<State>(*other.state_) : nullptr} {}
Node::Node(Node&&) noexcept = default;
Node& Node::operator=(const Node& other) {
    if (this != &other) state_ = other.state_ ? std::make_unique<State>(*other.state_) : nullptr;
    return *this;
}
Node& Node::operator=(Node&&) noexcept = default;
Node::~Node() = default;

bool Node::defined() const noexcept {
    return state_ != nullptr && state_->value.IsDefined();
}
bool Node::is_map() const noexcept {
    return defined() && state_->value.IsMap();
}
bool Node::is_sequence() const noexcept {
    return defined() && state_->value.IsSequence();
}
bool Node::is_scalar() const noexcept {
    return defined() && state_->value.IsScalar();
}
bool Node::is_null() const noexcept {
    return defined() && state_->value.IsNull();
}

Place Node::place() const {
    if (state_ == nullptr) return {};
    return place_of(state_->file, state_->value.Mark());
}

std::string Node::scalar() const {
    return is_scalar() ? state_->value.Scalar() : std::string{};
}

std::vector<Node> Node::elements() const {
    if (!defined() || is_null()) return {};
    if (!is_sequence()) return {*this};
    std::vector<Node> nodes;
    for (const auto& value : state_->value) {
        Node node;
        node.state_ = std::make_unique<State>(State{value, state_->file});
        nodes.push_back(std::move(node));
    }
    return nodes;
}

Node load_text(std::string_view text, const std::string& name, Problems& problems) {
    if (auto problem = encoding_problem(text, name)) {
        problems.add(std::move(*problem));
        return {};
    }
    try {
        const std::string whole{text};
        if (auto problem = documents_problem(whole, name)) problems.add(std::move(*problem));
        Node node;
        node.state_ = std::make_unique<Node::State>(Node::State{YAML::Load(whole), name});
        return node;
    } catch (const YAML::Exception& failure) {
        const Place place = place_of(name, failure.mark);
        const auto tab = tab_problem(text, name, place.line);
        problems.add(tab.value_or(Problem{place, false, failure.msg}));
        return {};
    }
}

result::Result<Node> load_text(std::string_view text, const std::string& name) {
    Problems problems;
    Node node = load_text(text, name, problems);
    if (problems.has_errors()) return result::Error{problems.sorted().front().to_string()};
    return node;
}

result::Result<std::string> read_text(const std::string& path) {
    std::error_code ignored;  // what cannot be looked at cannot be opened either
    const auto status = std::filesystem::status(path, ignored);
    if (is_directory(status)) return result::Error{"is a folder, not a file"};
    // A device or a pipe may never end; a pipe even waits for its writer when it is opened.
    if (exists(status) && !is_regular_file(status)) return result::Error{"is not a regular file"};
    std::ifstream file{path, std::ios::binary};
    if (!file) return result::Error{"cannot be read; check that it exists and is readable"};
    std::string text;
    std::array<char, 65536> piece;
    while (file.read(piece.data(), piece.size()) || file.gcount() != 0) {
        text.append(piece.data(), static_cast<std::size_t>(file.gcount()));
        if (text.size() > kMostBytes) {
            return result::Error{"is larger than " + std::to_string(kMostBytes >> 20U) +
                                 " MiB, too large for configuration"};
        }
    }
    return text;
}

result::Result<Node> load_file(const std::string& path) {
    const auto text = read_text(path);
    if (!text) return result::Error{path + ": " + text.error().message};
    return load_text(*text, path);
}

Map::Map(const Node& node, std::string_view what, Problems& problems)
    : node_{node}, what_{what}, problems_{problems} {
    if (!node.defined() || node.is_null()) return;
    if (!node.is_map()) {
        problems.error(node.place(), "expected " + what_ + " as a mapping of keys to values");
        return;
    }
    open_ = true;
    std::vector<std::string> seen;
    for (const auto& entry : node_.state_->value) {
        if (!entry.first.IsScalar()) continue;  // finish() reports it
        const std::string& key = entry.first.Scalar();
        if (std::ranges::find(seen, key) != seen.end()) {
            problems.error(place_of(node_.state_->file, entry.first.Mark()),
                           "key '" + key + "' is given twice in " + what_ + "; remove one");
        }
        seen.push_back(key);
    }
}

Node Map::optional(std::string_view key) {
    known_.emplace_back(key);
    if (!open_) return {};
    for (const auto& entry : node_.state_->value) {
        if (!entry.first.IsScalar() || entry.first.Scalar() != key) continue;
        Node found;
        found.state_ = std::make_unique<Node::State>(Node::State{entry.second, node_.state_->file});
        return found;
    }
    return {};
}

Node Map::required(std::string_view key) {
    Node found = optional(key);
    if (open_ && !found.defined()) {
        problems_.error(node_.place(), what_ + " needs the key '" + std::string{key} + "'");
    }
    return found;
}

std::vector<std::pair<Node, Node>> Map::entries() {
    std::vector<std::pair<Node, Node>> all;
    if (!open_) return all;
    for (const auto& entry : node_.state_->value) {
        const bool is_repeated =
            entry.first.IsScalar() && std::ranges::any_of(all, [&](const auto& before) {
                return before.first.is_scalar() && before.first.scalar() == entry.first.Scalar();
            });
        if (is_repeated) continue;
        Node key;
        key.state_ = std::make_unique<Node::State>(Node::State{entry.first, node_.state_->file});
        Node value;
        value.state_ = std::make_unique<Node::State>(Node::State{entry.second, node_.state_->file});
        known_.push_back(key.scalar());
        all.emplace_back(std::move(key), std::move(value));
    }
    return all;
}

void Map::finish() {
    if (!open_) return;
    const std::vector<std::string_view> candidates{known_.begin(), known_.end()};
    for (const auto& entry : node_.state_->value) {
        const Place place = place_of(node_.state_->file, entry.first.Mark());
        if (!entry.first.IsScalar()) {
            problems_.error(place, "a key of " + what_ + " must be a word");
            continue;
        }
        const std::string& key = entry.first.Scalar();
        if (std::ranges::find(known_, key) != known_.end()) continue;
        problems_.error(place, with_hint("unknown key '" + key + "' in " + what_, key, candidates));
    }
}

std::optional<std::string> as_text(const Node& node, Problems& problems) {
    if (!node.defined()) return std::nullopt;
    if (node.is_scalar()) return node.scalar();
    problems.error(node.place(), "expected a text");
    return std::nullopt;
}

std::optional<bool> as_bool(const Node& node, Problems& problems) {
    if (!node.defined()) return std::nullopt;
    const std::string text = node.scalar();
    if (text == "true" || text == "yes" || text == "on") return true;
    if (text == "false" || text == "no" || text == "off") return false;
    problems.error(node.place(), "expected true or false" +
                                     (node.is_scalar() ? ", got '" + text + "'" : std::string{}));
    return std::nullopt;
}

std::optional<std::int64_t> as_integer(const Node& node, std::int64_t minimum, std::int64_t maximum,
                                       Problems& problems) {
    return ranged<std::int64_t>(node, minimum, maximum, "a whole number", problems);
}

std::optional<double> as_number(const Node& node, double minimum, double maximum,
                                Problems& problems) {
    return ranged<double>(node, minimum, maximum, "a number", problems);
}

std::optional<std::chrono::nanoseconds> as_duration(const Node& node, Problems& problems) {
    if (!node.defined()) return std::nullopt;
    const std::string text = node.scalar();
    const auto unit_at = std::min(text.find_first_not_of("0123456789"), text.size());
    const auto count = parse_number<std::int64_t>(std::string_view{text}.substr(0, unit_at));
    const std::string_view unit = std::string_view{text}.substr(unit_at);
    using namespace std::chrono_literals;
    constexpr std::chrono::nanoseconds kLongest = 36525 * 24h;  // a century
    constexpr std::array<std::pair<std::string_view, std::chrono::nanoseconds>, 5> kUnits{
        {{"ms", 1ms}, {"s", 1s}, {"m", 1min}, {"h", 1h}, {"d", 24h}}};
    for (const auto& [name, length] : kUnits) {
        if (count && *count <= kLongest / length && unit == name) return *count * length;
    }
    problems.error(node.place(), "expected a duration such as 90s, 10m, 2h or 7d" +
                                     (node.is_scalar() ? ", got '" + text + "'" : std::string{}));
    return std::nullopt;
}

std::optional<std::string> as_word(const Node& node, const std::vector<std::string_view>& words,
                                   Problems& problems) {
    const auto text = as_text(node, problems);
    if (!text || std::ranges::find(words, *text) != words.end()) return text;
    problems.error(node.place(), with_hint("'" + *text + "' is not known here", *text, words));
    return std::nullopt;
}

std::vector<std::string> as_texts(const Node& node, Problems& problems) {
    std::vector<std::string> texts;
    for (const Node& element : node.elements()) {
        if (auto text = as_text(element, problems)) texts.push_back(std::move(*text));
    }
    return texts;
}

std::string nearest(std::string_view word, const std::vector<std::string_view>& candidates) {
    std::string_view best;
    std::size_t best_distance = std::max<std::size_t>(2, word.size() / 3) + 1;
    for (const std::string_view candidate : candidates) {
        const std::size_t here = distance(word, candidate);
        // Slips seldom hit the first letter: it decides between equals.
        const std::string_view first = word.substr(0, 1);
        const bool is_likelier = here == best_distance && !best.empty() &&
                                 !best.starts_with(first) && candidate.starts_with(first);
        if (here < best_distance || is_likelier) {
            best = candidate;
            best_distance = here;
        }
    }
    return std::string{best};
}

}  // namespace yaml
