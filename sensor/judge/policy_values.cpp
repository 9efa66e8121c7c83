#include "sensor/judge/policy_values.h"

#include <algorithm>
#include <charconv>

#include "sensor/model/prefix_reader.h"

namespace sensor::judge {
namespace {

std::string quoted(std::string_view text) {
    return "'" + std::string{text} + "'";
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words)
        text += (text.empty() ? "" : ", ") + word;
    return text;
}

std::optional<unsigned> digits_of(std::string_view text) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<std::uint16_t> port_of(std::string_view text) {
    const auto value = digits_of(text);
    if (!value || *value == 0 || *value > kAnyPort.last) return std::nullopt;
    return static_cast<std::uint16_t>(*value);
}

void add_ports(const yaml::Node& node, Transport transport, PortSet& ports,
               yaml::Problems& problems) {
    for (const yaml::Node& element : node.elements()) {
        const auto text = yaml::as_text(element, problems);
        if (!text) continue;
        if (const auto range = as_ports(element, *text, problems)) ports.add(transport, *range);
    }
}

}  // namespace

bool Reading::claim(const std::string& path, const yaml::Node& node) {
    const auto override = std::ranges::find(overrides, path, &Override::path);
    if (override != overrides.end()) {
        override->is_used = true;
        return false;
    }
    const auto [entry, is_new] = given.try_emplace(path, node.place());
    if (is_new) return true;
    const yaml::Place& first = entry->second;
    const bool is_included = first.file != node.place().file;
    problems.error(
        node.place(),
        path + " is given twice, first at " + first.file + ":" + std::to_string(first.line) + ":" +
            std::to_string(first.column) + "; remove one" +
            (is_included ? ", or name it under override: in the file that includes both" : ""));
    return false;
}

std::optional<PortRange> as_ports(const yaml::Node& node, std::string_view text,
                                  yaml::Problems& problems) {
    if (text == "any") return kAnyPort;
    const auto dash = text.find('-');
    const auto first = port_of(text.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : port_of(text.substr(dash + 1));
    if (!first || !last) {
        problems.error(node.place(),
                       "expected a port from 1 to 65535, a range such as 3478-3481, or any, got " +
                           quoted(text));
        return std::nullopt;
    }
    if (*first > *last) {
        problems.error(node.place(), "range " + quoted(text) + " runs backwards; write " +
                                         std::to_string(*last) + "-" + std::to_string(*first));
        return std::nullopt;
    }
    return PortRange{*first, *last};
}

PortSet as_port_set(const yaml::Node& node, const std::string& what, yaml::Problems& problems) {
    yaml::Map map{node, "the ports of " + what, problems};
    PortSet ports;
    const yaml::Node tcp = map.optional("tcp");
    const yaml::Node udp = map.optional("udp");
    add_ports(tcp, Transport::kTcp, ports, problems);
    add_ports(udp, Transport::kUdp, ports, problems);
    map.finish();
    const bool is_empty = tcp.elements().empty() && udp.elements().empty();
    if (is_empty && (node.is_map() || node.is_null())) {
        problems.error(node.place(), what + " names no port; give tcp, udp or both");
    }
    return ports;
}

std::optional<std::string> as_protocol(const yaml::Node& node, const Reading& reading) {
    auto text = yaml::as_text(node, reading.problems);
    if (!text) return std::nullopt;
    if (*text == kUnknownProtocol) return text;
    const auto& known = reading.vocabulary.protocols;
    if (std::ranges::find(known, *text) != known.end()) return text;
    const std::string hint = yaml::nearest(*text, {known.begin(), known.end()});
    reading.problems.error(node.place(),
                           "unknown protocol " + quoted(*text) +
                               (hint.empty() ? "; known are " + joined(known)
                                             : "; did you mean " + quoted(hint) + "?"));
    return std::nullopt;
}

std::vector<std::string> as_protocols(const yaml::Node& node, const Reading& reading) {
    std::vector<std::string> protocols;
    for (const yaml::Node& element : node.elements()) {
        if (auto protocol = as_protocol(element, reading)) {
            protocols.push_back(std::move(*protocol));
        }
    }
    return protocols;
}

void warn_of_transport(const std::string& protocol, const PortSet& ports, const yaml::Place& place,
                       const Reading& reading) {
    const auto warn = [&](Transport given, const std::vector<std::string>& elsewhere,
                          std::string_view only) {
        const bool is_elsewhere = std::ranges::find(elsewhere, protocol) != elsewhere.end();
        if (ports.ranges(given).empty() || !is_elsewhere) return;
        reading.problems.warning(place, protocol + " is recognised over " + std::string{only} +
                                            " only; " + std::string{word_for(given)} +
                                            " here has no effect");
    };
    warn(Transport::kUdp, reading.vocabulary.tcp_only, "tcp");
    warn(Transport::kTcp, reading.vocabulary.udp_only, "udp");
}

Allowances as_allowances(const yaml::Node& node, const Reading& reading) {
    Allowances allow;
    yaml::Map map{node, "protocols with their ports", reading.problems};
    for (const auto& [key, value] : map.entries()) {
        const auto protocol = as_protocol(key, reading);
        PortSet ports = as_port_set(value, key.scalar(), reading.problems);
        if (protocol) warn_of_transport(*protocol, ports, value.place(), reading);
        if (protocol) allow.try_emplace(*protocol, std::move(ports));
    }
    map.finish();
    return allow;
}

std::vector<std::string> as_app_groups(const yaml::Node& node, const Reading& reading) {
    const auto& known = reading.vocabulary.app_groups;
    std::vector<std::string> groups;
    for (const yaml::Node& element : node.elements()) {
        const auto text = yaml::as_text(element, reading.problems);
        if (!text) continue;
        if (std::ranges::find(known, *text) == known.end()) {
            const std::string hint = yaml::nearest(*text, {known.begin(), known.end()});
            reading.problems.error(element.place(),
                                   "unknown app group " + quoted(*text) +
                                       (hint.empty() ? "; app groups are named in identity.yaml"
                                                     : "; did you mean " + quoted(hint) + "?"));
            continue;
        }
        groups.push_back(*text);
    }
    return groups;
}

std::optional<std::string> as_glob(const yaml::Node& node, yaml::Problems& problems) {
    auto text = yaml::as_text(node, problems);
    if (!text) return std::nullopt;
    constexpr std::string_view kNever = " \t\n,;|()[]{}^$\\";
    if (!text->empty() && text->find_first_of(kNever) == std::string::npos) return text;
    problems.error(node.place(),
                   "expected a name in which * and ? may stand, such as "
                   "com.example.*, got " +
                       quoted(*text));
    return std::nullopt;
}

std::vector<std::string> as_globs(const yaml::Node& node, yaml::Problems& problems) {
    std::vector<std::string> globs;
    for (const yaml::Node& element : node.elements()) {
        if (auto glob = as_glob(element, problems)) globs.push_back(std::move(*glob));
    }
    return globs;
}

std::vector<Prefix> as_prefixes(const yaml::Node& node, yaml::Problems& problems) {
    std::vector<Prefix> prefixes;
    for (const yaml::Node& element : node.elements()) {
        const auto text = yaml::as_text(element, problems);
        if (!text) continue;
        if (const auto prefix = read_prefix(*text)) {
            prefixes.push_back(*prefix);
        } else {
            problems.error(element.place(), prefix.error().message);
        }
    }
    return prefixes;
}

std::string as_sentence(const yaml::Node& node, std::string_view what, yaml::Problems& problems) {
    const auto text = yaml::as_text(node, problems);
    if (text && text->find_first_not_of(" \t") == std::string::npos) {
        problems.error(node.place(), std::string{what} + " must not be empty");
    }
    return text.value_or("");
}

std::optional<Timestamp> as_date(const yaml::Node& node, yaml::Problems& problems) {
    const auto text = yaml::as_text(node, problems);
    if (!text) return std::nullopt;
    if (text->size() == 10 && (*text)[4] == '-' && (*text)[7] == '-') {
        const std::string_view view = *text;
        const auto year = digits_of(view.substr(0, 4));
        const auto month = digits_of(view.substr(5, 2));
        const auto day = digits_of(view.substr(8, 2));
        if (year && month && day) {
            const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(*year)},
                                                   std::chrono::month{*month},
                                                   std::chrono::day{*day}};
            // Nanoseconds since 1970 in 64 bits end in 2262.
            if (date.ok() && *year >= 1970 && *year < 2262) {
                return Timestamp{std::chrono::sys_days{date}};
            }
        }
    }
    problems.error(node.place(), "expected a date such as 2027-03-01, got " + quoted(*text));
    return std::nullopt;
}

}  // namespace sensor::judge
