#include "sensor/control/review/proposal.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <optional>
#include <set>

#include "lib/yaml/scalar.h"
#include "sensor/control/review/learned_text.h"
#include "sensor/report/style.h"
#include "sensor/report/wording.h"

namespace sensor::control {
namespace {

namespace fs = std::filesystem;

/// Ports of one protocol, and where the support of each is told.
struct Ports {
    std::vector<std::string> tcp;
    std::vector<std::string> udp;
    std::string support;

    void add(const Learned::Item& item) {
        const std::string port = std::to_string(static_cast<unsigned>(item.pair.port));
        (item.pair.transport == Transport::kTcp ? tcp : udp).push_back(port);
        support += (support.empty() ? "" : "; ") +
                   judge::to_string(item.pair.transport, item.pair.port) + ": " +
                   text_of(item.support) +
                   (item.note.empty() ? "" : ", " + report::printable(item.note));
    }
    [[nodiscard]] std::string text() const {
        std::string text = "{";
        for (const auto& [word, ports] : {std::pair{"tcp", &tcp}, std::pair{"udp", &udp}}) {
            if (ports->empty()) continue;
            text += std::string{text.size() > 1 ? ", " : ""} + word + ": [";
            for (const std::string& port : *ports)
                text += (text.ends_with('[') ? "" : ", ") + port;
            text += "]";
        }
        return text + "}";
    }
};
using Allow = std::map<std::string, Ports>;     // by protocol
using Subjects = std::map<std::string, Allow>;  // by app or group

Subjects subjects_of(const Learned& learned, bool groups) {
    Subjects subjects;
    for (const Learned::Item& item : learned.learned) {
        if (item.pair.is_group != groups) continue;
        subjects[item.pair.subject][item.pair.protocol].add(item);
    }
    return subjects;
}

std::string indented(int columns, const std::string& line) {
    return std::string(static_cast<std::size_t>(columns), ' ') + line + "\n";
}

std::string allow_lines(int columns, const Allow& allow) {
    std::string lines;
    for (const auto& [protocol, ports] : allow) {
        lines += indented(columns, yaml::scalar_text(protocol) + ": " + ports.text() +
                                       "  # review: " + ports.support);
    }
    return lines;
}

/// A group's rules are those of a role of its own.
std::string name_of(const std::string& subject, bool is_group) {
    return (is_group ? "learned-" : "") + subject;
}

std::string subject_lines(int columns, const std::string& subject, bool is_group,
                          const Allow& allow) {
    std::string lines =
        indented(columns, yaml::scalar_text(name_of(subject, is_group)) + ":  # review: learned");
    if (is_group) {
        lines += indented(columns + 2, "app_groups: [" + yaml::scalar_text(subject) + "]");
    }
    return lines + indented(columns + 2, "allow:") + allow_lines(columns + 4, allow);
}

std::string section_lines(std::string_view section, int columns, const Subjects& subjects,
                          bool groups) {
    std::string lines = std::string{section} + ":\n";
    for (const auto& [subject, allow] : subjects)
        lines += subject_lines(columns, subject, groups, allow);
    return lines;
}

std::string left_out_lines(const Learned& learned) {
    constexpr std::array<std::pair<LeftOut, std::string_view>, 6> kReasons{
        {{LeftOut::kDenied, "the policy denies it"},
         {LeftOut::kReserved,
          "the port is kept for other protocols; --reserved includes it, and approves that one "
          "protocol passes for another"},
         {LeftOut::kBackground,
          "began again and again while nobody used the app (in the background, on a locked or "
          "untouched device); --background includes it"},
         {LeftOut::kUnweighed,
          "too many apps and devices at once to tell whether nobody used the app; learn from fewer "
          "files"},
         {LeftOut::kThin,
          "too little support; see --min-sessions, --min-devices, --min-days, --by-address"},
         {LeftOut::kUnnamable,
          "a name that cannot stand in a policy, or an unknown group or protocol"}}};
    std::string lines;
    for (const auto& [reason, text] : kReasons) {
        const auto items = learned.left_out.find(reason);
        if (items == learned.left_out.end()) continue;
        lines += "#\n# Left out: " + std::string{text} + "\n";
        for (const auto& [pair, support, note] : items->second) {
            lines += "#   " + text_of(pair) + " (" + text_of(support) +
                     (note.empty() ? "" : "; " + report::printable(note)) + ")\n";
        }
    }
    return lines;
}

void append(Merged& merged, const std::string& lines) {
    if (!merged.text.empty() && !merged.text.ends_with('\n')) merged.text += '\n';
    merged.text += lines;
    merged.origins.insert(merged.origins.end(),
                          static_cast<std::size_t>(std::ranges::count(lines, '\n')), 0);
}

/// Puts lines into a text, wherever they belong, without touching those that are there.
class Insertions {
  public:
    /// `after` counts from 1.
    void add(int after, const std::string& lines) { lines_[after] += lines; }
    [[nodiscard]] Merged apply(const std::string& text) const {
        Merged merged;
        int line = 0;
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t end = std::min(text.find('\n', at), text.size() - 1);
            merged.text.append(text, at, end - at + 1);
            at = end + 1;
            ++line;
            merged.origins.push_back(line);
            const auto more = lines_.find(line);
            if (more != lines_.end()) append(merged, more->second);
        }
        return merged;
    }

  private:
    std::map<int, std::string> lines_;
};

/// A key with its value, if both are written as blocks: the value begins on a line below the key
/// and nothing but a comment stands behind the key.
struct Block {
    yaml::Node key;
    yaml::Node value;
    bool is_plain = false;
};

class Merger {
  public:
    Merger(const std::string& text, const std::string& name) : text_{text}, name_{name} {}

    result::Result<Merged> merge(const Learned& learned) {
        const auto root = yaml::load_text(text_, name_);
        if (!root) return root.error();
        note_included(*root, name_);
        merge_section(*root, "apps", subjects_of(learned, false), false);
        merge_section(*root, "roles", subjects_of(learned, true), true);
        Merged merged = insertions_.apply(text_);
        if (!at_end_.empty()) append(merged, at_end_);
        merged.by_hand = std::move(by_hand_);
        return merged;
    }

  private:
    /// Notes what the files that `node` of the file `name` includes say of apps and roles.
    void note_included(const yaml::Node& node, const std::string& name) {
        yaml::Problems ignored;  // who loads the policy tells them
        for (const yaml::Node& element :
             yaml::Map{node, "", ignored}.optional("include").elements()) {
            const fs::path path = fs::path{name}.parent_path() / element.scalar();
            if (!included_.insert(path.lexically_normal().string()).second) continue;
            const auto root = yaml::load_file(path.string());
            if (!root) continue;
            for (const std::string_view section : {"apps", "roles"}) {
                const yaml::Node names = yaml::Map{*root, "", ignored}.optional(section);
                for (const auto& [key, value] : yaml::Map{names, "", ignored}.entries())
                    included_names_.insert(std::string{section} + "." + key.scalar());
            }
            note_included(*root, path.string());
        }
    }

    [[nodiscard]] std::string line_of(int number) const {
        std::size_t at = 0;
        for (int line = 1; line < number && at != std::string::npos; ++line) {
            at = text_.find('\n', at);
            if (at != std::string::npos) ++at;
        }
        return at == std::string::npos ? std::string{}
                                       : text_.substr(at, text_.find('\n', at) - at);
    }

    [[nodiscard]] std::optional<Block> find(const yaml::Node& node, const std::string& key) const {
        yaml::Problems ignored;  // who loads the policy tells them
        yaml::Map map{node, "", ignored};
        for (const auto& [name, value] : map.entries()) {
            if (name.scalar() != key) continue;
            const std::string line = line_of(name.place().line);
            const auto colon =
                line.find(':', static_cast<std::size_t>(name.place().column - 1) + key.size());
            const auto rest = colon == std::string::npos
                                  ? std::string::npos
                                  : line.find_first_not_of(" \t\r", colon + 1);
            const bool is_bare =
                colon != std::string::npos && (rest == std::string::npos || line[rest] == '#');
            const bool is_below = value.is_map() && value.place().line > name.place().line;
            return Block{name, value, is_bare && is_below};
        }
        return std::nullopt;
    }

    void by_hand(const yaml::Place& place, const std::string& subject, const Allow& allow) {
        for (const auto& [protocol, ports] : allow) {
            by_hand_.push_back(place.file + ":" + std::to_string(place.line) + ":" +
                               std::to_string(place.column) + ": add to " + subject +
                               " by hand: " + yaml::scalar_text(protocol) + ": " + ports.text() +
                               "  # " + ports.support);
        }
    }

    void merge_section(const yaml::Node& root, const std::string& section, const Subjects& subjects,
                       bool groups) {
        const auto block = find(root, section);
        Subjects fresh;
        for (const auto& [subject, allow] : subjects) {
            const std::string name = name_of(subject, groups);
            const auto known = block ? find(block->value, name) : std::nullopt;
            if (!known && included_names_.contains(section + "." + name)) {
                // Given twice it would be an error.
                by_hand({name_, 1, 1}, section + "." + name + " in what this file includes", allow);
            } else if (block && !block->is_plain) {
                by_hand(block->key.place(), section + "." + name, allow);
            } else if (known) {
                merge_allow(*known, name, allow);
            } else {
                fresh.emplace(subject, allow);
            }
        }
        if (fresh.empty()) return;
        if (!block) {
            at_end_ += "\n" + section_lines(section, 2, fresh, groups);
            return;
        }
        const int columns = block->value.place().column - 1;
        for (const auto& [subject, allow] : fresh) {
            insertions_.add(block->key.place().line,
                            subject_lines(columns, subject, groups, allow));
        }
    }

    void merge_allow(const Block& subject, const std::string& name, const Allow& allow) {
        const auto known = find(subject.value, "allow");
        if (!subject.is_plain || (known && !known->is_plain)) {
            return by_hand(subject.key.place(), name, allow);
        }
        if (!known) {
            const int columns = subject.value.place().column - 1;
            return insertions_.add(subject.key.place().line,
                                   indented(columns, "allow:") + allow_lines(columns + 2, allow));
        }
        Allow fresh;
        Allow taken;
        for (const auto& [protocol, ports] : allow)
            (find(known->value, protocol) ? taken : fresh).emplace(protocol, ports);
        insertions_.add(known->key.place().line,
                        allow_lines(known->value.place().column - 1, fresh));
        by_hand(known->key.place(), name, taken);
    }

    const std::string& text_;
    const std::string& name_;
    std::set<std::string> included_;        // files
    std::set<std::string> included_names_;  // "apps.com.a": what they say of apps and roles
    Insertions insertions_;
    std::string at_end_;
    std::vector<std::string> by_hand_;
};

}  // namespace

std::string proposal_text(const Learned& learned) {
    std::string text =
        "# Proposed by `offport learn` from " + report::counted(learned.sessions, "session") +
        ". Review every line: what was recorded is not thereby right.\n" + left_out_lines(learned);
    const Subjects apps = subjects_of(learned, false);
    const Subjects groups = subjects_of(learned, true);
    if (!apps.empty()) text += "\n" + section_lines("apps", 2, apps, false);
    if (!groups.empty()) text += "\n" + section_lines("roles", 2, groups, true);
    return text;
}

result::Result<Merged> merge_into(const std::string& text, const std::string& name,
                                  const Learned& learned) {
    return Merger{text, name}.merge(learned);
}

std::string told_of(const yaml::Problem& problem, const Merged& merged) {
    const auto line = static_cast<std::size_t>(problem.place.line);
    if (line == 0 || line > merged.origins.size()) return problem.to_string();
    yaml::Problem known = problem;
    known.place.line = merged.origins[line - 1];
    if (known.place.line != 0) return known.to_string();
    std::size_t at = 0;
    for (std::size_t i = 1; i < line; ++i)
        at = merged.text.find('\n', at) + 1;
    std::string added = merged.text.substr(at, merged.text.find('\n', at) - at);
    added.erase(0, added.find_first_not_of(' '));
    return problem.place.file + ": the line to be added `" + report::printable(added) +
           "`: " + problem.message;
}

}  // namespace sensor::control
