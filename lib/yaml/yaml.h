// YAML for configuration: every mistake becomes a line with file, line, column and a remedy, and
// all of them are collected before anybody gives up. The only folder that includes <yaml-cpp/...>.
//
// A reader asks a Map for the keys it knows; Map::finish() then reports whatever was not asked for,
// with the nearest known key. Converters return nothing after reporting what they expected.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/result/result.h"

namespace yaml {

/// Where a value stands; line and column count from 1.
struct Place {
    std::string file;
    int line = 0;
    int column = 0;
};

struct Problem {
    Place place;
    bool is_warning = false;
    std::string message;

    /// "policy.yaml:12:5: error: unknown key 'prots'; did you mean 'ports'?"
    [[nodiscard]] std::string to_string() const;
};

/// Collects what is wrong with one or several files.
class Problems {
  public:
    void error(Place place, std::string message);
    void warning(Place place, std::string message);
    void add(Problem problem);
    [[nodiscard]] bool has_errors() const noexcept { return errors_ != 0; }
    [[nodiscard]] std::size_t errors() const noexcept { return errors_; }
    /// In the order of file and line.
    [[nodiscard]] std::vector<Problem> sorted() const;

  private:
    std::vector<Problem> problems_;
    std::size_t errors_ = 0;
};

/// One value of a document; cheap to copy. Undefined if a key was absent.
class Node {
  public:
    Node();
    Node(const Node&);
    Node(Node&&) noexcept;
    Node& operator=(const Node&);
    Node& operator=(Node&&) noexcept;
    ~Node();

    [[nodiscard]] bool defined() const noexcept;
    [[nodiscard]] bool is_map() const noexcept;
    [[nodiscard]] bool is_sequence() const noexcept;
    [[nodiscard]] bool is_scalar() const noexcept;
    [[nodiscard]] bool is_null() const noexcept;
    [[nodiscard]] Place place() const;
    /// A scalar as written; empty for anything else.
    [[nodiscard]] std::string scalar() const;
    /// The elements of a sequence; a scalar or map counts as a sequence of itself, null as none.
    [[nodiscard]] std::vector<Node> elements() const;

  private:
    friend class Map;
    friend result::Result<Node> load_file(const std::string& path);
    friend result::Result<Node> load_text(std::string_view text, const std::string& name);
    friend Node load_text(std::string_view text, const std::string& name, Problems& problems);
    struct State;
    std::unique_ptr<State> state_;
};

/// Largest file that is read as YAML; configuration is far smaller.
inline constexpr std::size_t kMostBytes = 16U << 20U;

/// What stands in `path`, which must be a regular file of at most kMostBytes. The error
/// says what is wrong with it: "is not a regular file".
[[nodiscard]] result::Result<std::string> read_text(const std::string& path);

/// The one document in `path`. An unreadable file, text that is not UTF-8, a syntax error or a
/// second document is one line with its place.
[[nodiscard]] result::Result<Node> load_file(const std::string& path);
/// The same from memory; `name` stands for the file in messages.
[[nodiscard]] result::Result<Node> load_text(std::string_view text, const std::string& name);
/// The same for readers that collect problems: a syntax error is one of them, and the node is then
/// undefined.
[[nodiscard]] Node load_text(std::string_view text, const std::string& name, Problems& problems);

/// Reads the keys of a mapping and reports those nobody asked for.
class Map {
  public:
    /// Reports if `node` is not a mapping (an undefined or null node is an empty one), and every
    /// key that stands in it twice. `what` names it in messages: "an exception".
    Map(const Node& node, std::string_view what, Problems& problems);

    /// The value of `key`; undefined if absent.
    [[nodiscard]] Node optional(std::string_view key);
    /// The value of `key`; its absence is reported.
    [[nodiscard]] Node required(std::string_view key);
    /// All entries in document order, key first; for mappings whose keys are names of things. Such
    /// keys count as asked for. Of a key that stands in it twice, the first.
    [[nodiscard]] std::vector<std::pair<Node, Node>> entries();
    /// Reports unknown keys.
    void finish();

  private:
    Node node_;
    std::string what_;
    Problems& problems_;
    std::vector<std::string> known_;
    bool open_ = false;
};

// Converters. An undefined node yields nothing and reports nothing; a wrong one reports.

[[nodiscard]] std::optional<std::string> as_text(const Node& node, Problems& problems);
[[nodiscard]] std::optional<bool> as_bool(const Node& node, Problems& problems);
[[nodiscard]] std::optional<std::int64_t> as_integer(const Node& node, std::int64_t minimum,
                                                     std::int64_t maximum, Problems& problems);
[[nodiscard]] std::optional<double> as_number(const Node& node, double minimum, double maximum,
                                              Problems& problems);
/// "250ms", "90s", "10m", "2h", "7d".
[[nodiscard]] std::optional<std::chrono::nanoseconds> as_duration(const Node& node,
                                                                  Problems& problems);
/// One of `words`; otherwise reports the nearest.
[[nodiscard]] std::optional<std::string> as_word(const Node& node,
                                                 const std::vector<std::string_view>& words,
                                                 Problems& problems);
/// A list of texts, or one text.
[[nodiscard]] std::vector<std::string> as_texts(const Node& node, Problems& problems);

/// The candidate closest to `word` if it is close enough to be a slip; empty otherwise.
[[nodiscard]] std::string nearest(std::string_view word,
                                  const std::vector<std::string_view>& candidates);

}  // namespace yaml
