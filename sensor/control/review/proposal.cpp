#include "sensor/control/review/proposal.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "sensor/report/style.h"
#include "sensor/report/wording.h"

namespace sensor::control {
namespace {

std::string support_text(const Support& support) {
    return report::counted(support.devices, "device") + ", " +
           report::counted(support.days, "day") + ", " +
           report::counted(support.sessions, "session");
}

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
                   support_text(item.support);
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
        lines += indented(columns, protocol + ": " + ports.text() + "  # review: " + ports.support);
    }
    return lines;
}

std::string subject_lines(int columns, const std::string& subject, bool is_group,
                          const Allow& allow) {
    std::string lines =
        indented(columns, (is_group ? "learned-" : "") + subject + ":  # review: learned");
    if (is_group) lines += indented(columns + 2, "app_groups: [" + subject + "]");
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
    constexpr std::array<std::pair<LeftOut, std::string_view>, 3> kReasons{
        {{LeftOut::kBackground,
          "recurs in the background or while the device is locked; --background includes it"},
         {LeftOut::kThin, "too little support; see --min-sessions, --min-devices, --min-days"},
         {LeftOut::kUnnamable, "a name that cannot stand in a policy, or an unknown group"}}};
    std::string lines;
    for (const auto& [reason, text] : kReasons) {
        const auto items = learned.left_out.find(reason);
        if (items == learned.left_out.end()) continue;
        lines += "#\n# Left out: " + std::string{text} + "\n";
        for (const auto& [pair, support] : items->second) {
            lines += "#   " + report::printable(pair.subject) + ": " +
                     report::printable(pair.protocol) + " on " +
                     judge::to_string(pair.transport, pair.port) + " (" + support_text(support) +
                     ")\n";
        }
    }
    return lines;
}

/// Puts lines into a text, wherever they belong, without touching those that are there.
class Insertions {
  public:
    /// `after` counts from 1.
    void add(int after, const std::string& lines) { lines_[after] += lines; }
    [[nodiscard]] std::string apply(const std::string& text) const {
        std::string merged;
        int line = 0;
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t end = std::min(text.find('\n', at), text.size() - 1);
            merged.append(text, at, end - at + 1);
            at = end + 1;
            ++line;
            const auto more = lines_.find(line);
            if (more == lines_.end()) continue;
            if (!merged.ends_with('\n')) merged += '\n';
            merged += more->second;
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
        merge_section(*root, "apps", subjects_of(learned, false), false);
        merge_section(*root, "roles", subjects_of(learned, true), true);
        Merged merged{.text = insertions_.apply(text_), .by_hand = std::move(by_hand_)};
        if (!at_end_.empty()) {
            if (!merged.text.empty() && !merged.text.ends_with('\n')) merged.text += '\n';
            merged.text += at_end_;
        }
        return merged;
    }

  private:
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
                               std::to_string(place.column) + ": add to " + subject + " by hand: " +
                               protocol + ": " + ports.text() + "  # " + ports.support);
        }
    }

    void merge_section(const yaml::Node& root, const std::string& section, const Subjects& subjects,
                       bool groups) {
        if (subjects.empty()) return;
        const auto block = find(root, section);
        if (!block) {
            at_end_ += "\n" + section_lines(section, 2, subjects, groups);
            return;
        }
        for (const auto& [subject, allow] : subjects) {
            const auto known = find(block->value, (groups ? "learned-" : "") + subject);
            if (!block->is_plain) {
                by_hand(block->key.place(), section + "." + subject, allow);
            } else if (known) {
                merge_allow(*known, subject, allow);
            } else {
                const int columns = block->value.place().column - 1;
                insertions_.add(block->key.place().line,
                                subject_lines(columns, subject, groups, allow));
            }
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

}  // namespace sensor::control
