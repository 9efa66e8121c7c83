#include "sensor/attribute/tag_rule_reader.h"

#include <array>
#include <charconv>
#include <string>
#include <string_view>

#include "sensor/model/prefix_reader.h"

namespace sensor::attribute {
namespace {

constexpr std::int64_t kFirstVlan = 1;  // 0 is a priority tag and 4095 reserved, IEEE 802.1Q §9.6
constexpr std::int64_t kLastVlan = 4094;
constexpr std::int64_t kLast32Bit = 0xffffffff;
constexpr std::int64_t kLast24Bit = 0xffffff;
constexpr std::int64_t kLast16Bit = 0xffff;
constexpr std::int64_t kLast8Bit = 0xff;
constexpr std::int64_t kFirstMplsLabel = 16;  // those below mean something else, RFC 7274 §5
constexpr std::int64_t kLastMplsLabel = 0xfffff;
constexpr std::int64_t kLastErspanSession = 0x3ff;

/// A condition that is one number.
struct NumberCondition {
    const char* name;
    std::int64_t minimum;
    std::int64_t maximum;
    TagCondition condition;
    void (*set)(TagConditions& conditions, std::uint32_t value);
};
constexpr std::array<NumberCondition, 7> kNumbers{
    {{"mpls_label", kFirstMplsLabel, kLastMplsLabel, kMplsLabel,
      [](TagConditions& c, std::uint32_t value) { c.mpls_label = value; }},
     {"vni", 0, kLast24Bit, kVni,
      [](TagConditions& c, std::uint32_t value) { c.vni = Vni{value}; }},
     {"nsh_path", 0, kLast24Bit, kNshPath,
      [](TagConditions& c, std::uint32_t value) { c.nsh_path = value; }},
     {"nsh_context", 0, kLast32Bit, kNshContext,
      [](TagConditions& c, std::uint32_t value) { c.nsh_context = value; }},
     {"group_policy", 0, kLast16Bit, kGroupPolicy,
      [](TagConditions& c, std::uint32_t value) {
          c.group_policy = static_cast<std::uint16_t>(value);
      }},
     {"sgt", 0, kLast16Bit, kGroupPolicy,
      [](TagConditions& c, std::uint32_t value) {
          c.group_policy = static_cast<std::uint16_t>(value);
      }},
     {"port", 1, kLast16Bit + 1, kPort,
      [](TagConditions& c, std::uint32_t value) { c.port = static_cast<MirrorPort>(value - 1); }}}};

/// A tunnel's own number.
struct KeyCondition {
    const char* name;
    std::int64_t maximum;
    TunnelKind tunnel;
};
constexpr std::array<KeyCondition, 5> kKeys{
    {{"gre_key", kLast32Bit, TunnelKind::kGre},
     {"erspan_session", kLastErspanSession, TunnelKind::kErspan},
     {"gtp_teid", kLast32Bit, TunnelKind::kGtp},
     {"l2tp_session", kLast32Bit, TunnelKind::kL2tp},
     {"pptp_call", kLast16Bit, TunnelKind::kPptp}}};

/// A whole number, decimal or with 0x.
std::optional<std::uint32_t> read_number(const yaml::Node& node, std::int64_t minimum,
                                         std::int64_t maximum, yaml::Problems& problems) {
    const std::string text = node.scalar();
    if (text.starts_with("0x") || text.starts_with("0X")) {
        std::uint32_t value = 0;
        const char* end = text.data() + text.size();
        const auto [stop, error] = std::from_chars(text.data() + 2, end, value, 16);
        if (error == std::errc{} && stop == end && value >= minimum && value <= maximum) {
            return value;
        }
    }
    const auto value = yaml::as_integer(node, minimum, maximum, problems);
    if (!value) return std::nullopt;
    return static_cast<std::uint32_t>(*value);
}

std::optional<std::uint16_t> read_16_bits(const yaml::Node& node, std::int64_t minimum,
                                          std::int64_t maximum, yaml::Problems& problems) {
    const auto value = read_number(node, minimum, maximum, problems);
    if (!value) return std::nullopt;
    return static_cast<std::uint16_t>(*value);
}

void read_vlan_pair(const yaml::Node& node, TagConditions& conditions, yaml::Problems& problems) {
    const auto ids = node.elements();
    if (!node.is_sequence() || ids.size() != conditions.vlans.size()) {
        problems.error(node.place(),
                       "expected two VLAN ids, outermost first, such as [200, 31]; "
                       "for a single one write vlan");
        return;
    }
    for (std::size_t i = 0; i < conditions.vlans.size(); ++i) {
        conditions.vlans[i] =
            read_16_bits(ids[i], kFirstVlan, kLastVlan, problems).value_or(std::uint16_t{0});
    }
    conditions.asked |= kVlanPair;
}

void read_value(const yaml::Node& node, TagConditions& conditions, yaml::Problems& problems) {
    const std::string digits = node.scalar();
    const bool is_hex = digits.find_first_not_of("0123456789abcdefABCDEF") == std::string::npos;
    if (digits.empty() || digits.size() % 2 != 0 || digits.size() > 2 * GeneveOption::kMaxValue ||
        !is_hex) {
        problems.error(node.place(),
                       "expected the option's value as 1 to 124 bytes in hexadecimal, two digits "
                       "each, such as \"0000002a\"" +
                           (node.is_scalar() ? ", got '" + digits + "'" : std::string{}));
        return;
    }
    GeneveOption& option = conditions.option;
    const std::size_t bytes = digits.size() / 2;
    for (std::size_t i = 0; i < bytes; ++i) {
        const char* start = digits.data() + 2 * i;
        std::from_chars(start, start + 2, option.value[i], 16);
    }
    option.value_bytes = static_cast<std::uint8_t>((bytes + 3) / 4 * 4);
    conditions.asked |= kGeneveValue;
}

void read_option(const yaml::Node& node, TagConditions& conditions, yaml::Problems& problems) {
    if (!node.defined()) return;
    yaml::Map map{node, "a geneve_option", problems};
    const auto option_class = read_16_bits(map.required("class"), 0, kLast16Bit, problems);
    const auto type = read_16_bits(map.required("type"), 0, kLast8Bit, problems);
    const yaml::Node value = map.optional("value");
    if (value.defined()) read_value(value, conditions, problems);
    map.finish();
    conditions.option.option_class = option_class.value_or(std::uint16_t{0});
    conditions.option.type = static_cast<std::uint8_t>(type.value_or(std::uint16_t{0}));
    conditions.asked |= kGeneveOption;
}

void read_source(const yaml::Node& node, TagConditions& conditions, yaml::Problems& problems) {
    if (!node.defined()) return;
    const auto text = yaml::as_text(node, problems);
    if (!text) return;
    const auto prefix = read_prefix(*text);
    if (!prefix) {
        problems.error(node.place(), prefix.error().message);
        return;
    }
    conditions.source = *prefix;
    conditions.asked |= kSource;
}

void read_vlans(yaml::Map& rule, TagConditions& conditions, yaml::Problems& problems) {
    const yaml::Node one = rule.optional("vlan");
    const yaml::Node pair = rule.optional("vlans");
    if (one.defined() && pair.defined()) {
        problems.error(one.place(), "give vlan or vlans in one rule, not both");
        return;
    }
    if (pair.defined()) read_vlan_pair(pair, conditions, problems);
    if (const auto id = read_16_bits(one, kFirstVlan, kLastVlan, problems)) {
        conditions.vlans[0] = *id;
        conditions.asked |= kAnyVlan;
    }
}

void read_numbers(yaml::Map& rule, TagConditions& conditions, yaml::Problems& problems) {
    for (const NumberCondition& one : kNumbers) {
        const yaml::Node node = rule.optional(one.name);
        const auto value = read_number(node, one.minimum, one.maximum, problems);
        if (!value) continue;
        if (conditions.asks(one.condition)) {
            problems.error(node.place(),
                           "group_policy and sgt are two names of one tag; give one of them");
            continue;
        }
        one.set(conditions, *value);
        conditions.asked |= one.condition;
    }
}

void read_key(yaml::Map& rule, TagConditions& conditions, yaml::Problems& problems) {
    std::string_view given = conditions.asks(kVni) ? "vni" : "";
    for (const KeyCondition& one : kKeys) {
        const yaml::Node node = rule.optional(one.name);
        const auto value = read_number(node, 0, one.maximum, problems);
        if (!value) continue;
        if (!given.empty()) {
            problems.error(node.place(), std::string{given} + " and " + one.name +
                                             " are never in one packet: both are of the innermost "
                                             "tunnel; give one of them");
            continue;
        }
        given = one.name;
        conditions.tunnel = one.tunnel;
        conditions.tunnel_key = *value;
        conditions.asked |= kTunnelKey;
    }
}

}  // namespace

std::optional<TagConditions> read_conditions(yaml::Map& rule, const yaml::Place& place,
                                             yaml::Problems& problems) {
    TagConditions conditions;
    yaml::Problems found;
    read_vlans(rule, conditions, found);
    read_numbers(rule, conditions, found);
    read_key(rule, conditions, found);
    read_option(rule.optional("geneve_option"), conditions, found);
    read_source(rule.optional("source"), conditions, found);
    if (!found.has_errors() && conditions.asked == 0) {
        found.error(place,
                    "a tag rule needs a condition: vlan, vlans, mpls_label, vni, gre_key, "
                    "erspan_session, gtp_teid, l2tp_session, pptp_call, nsh_path, nsh_context, "
                    "group_policy, sgt, geneve_option, port or source");
    }
    for (const yaml::Problem& problem : found.sorted())
        problems.error(problem.place, problem.message);
    if (found.has_errors()) return std::nullopt;
    return conditions;
}

}  // namespace sensor::attribute
