#include "sensor/attribute/tag_rule_reader.h"

#include <charconv>

#include "sensor/model/prefix_reader.h"

namespace sensor::attribute {
namespace {

constexpr std::int64_t kFirstVlan = 1;  // 0 is a priority tag and 4095 reserved, IEEE 802.1Q §9.6
constexpr std::int64_t kLastVlan = 4094;
constexpr std::int64_t kLastVni = 0xffffff;
constexpr std::int64_t kLast16Bit = 0xffff;
constexpr std::int64_t kLast8Bit = 0xff;

std::string hex(unsigned value, int digits) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    for (int digit = digits; digit-- > 0;)
        text += kDigits[(value >> (4 * digit)) & 0xfU];
    return text;
}

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

}  // namespace

std::optional<TagConditions> read_conditions(yaml::Map& rule, const yaml::Place& place,
                                             yaml::Problems& problems) {
    TagConditions conditions;
    yaml::Problems found;
    read_vlans(rule, conditions, found);
    if (const auto vni = read_number(rule.optional("vni"), 0, kLastVni, found)) {
        conditions.vni = Vni{*vni};
        conditions.asked |= kVni;
    }
    if (const auto id = read_16_bits(rule.optional("group_policy"), 0, kLast16Bit, found)) {
        conditions.group_policy = *id;
        conditions.asked |= kGroupPolicy;
    }
    read_option(rule.optional("geneve_option"), conditions, found);
    read_source(rule.optional("source"), conditions, found);
    if (!found.has_errors() && conditions.asked == 0) {
        found.error(place,
                    "a tag rule needs a condition: vlan, vlans, vni, group_policy, geneve_option "
                    "or source");
    }
    for (const yaml::Problem& problem : found.sorted())
        problems.error(problem.place, problem.message);
    if (found.has_errors()) return std::nullopt;
    return conditions;
}

std::string text_of(const TagConditions& conditions) {
    std::string text;
    const auto say = [&](std::string_view name, const std::string& value) {
        if (!text.empty()) text += ' ';
        text += std::string{name} + ' ' + value;
    };
    if (conditions.asks(kAnyVlan)) say("vlan", std::to_string(conditions.vlans[0]));
    if (conditions.asks(kVlanPair)) {
        say("vlans",
            std::to_string(conditions.vlans[0]) + "/" + std::to_string(conditions.vlans[1]));
    }
    if (conditions.asks(kVni)) {
        say("vni", std::to_string(static_cast<std::uint32_t>(conditions.vni)));
    }
    if (conditions.asks(kGroupPolicy)) say("group-policy", std::to_string(conditions.group_policy));
    if (conditions.asks(kGeneveOption)) {
        const GeneveOption& option = conditions.option;
        std::string value = hex(option.option_class, 4) + "/" + std::to_string(option.type);
        if (conditions.asks(kGeneveValue)) value += '=';
        for (std::size_t i = 0; i < option.value_bytes; ++i)
            value += hex(option.value[i], 2);
        say("geneve-option", value);
    }
    if (conditions.asks(kSource)) say("source", to_string(conditions.source));
    return text;
}

}  // namespace sensor::attribute
