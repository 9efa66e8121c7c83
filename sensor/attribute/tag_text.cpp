#include "sensor/attribute/tag_text.h"

#include <string_view>

namespace sensor::attribute {
namespace {

std::string hex(unsigned value, int digits) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    for (int digit = digits; digit-- > 0;)
        text += kDigits[(value >> (4 * digit)) & 0xfU];
    return text;
}

/// "vlan 110 vni 5010": names with their values, in the order they are said.
class Phrase {
  public:
    void say(std::string_view name, const std::string& value) {
        if (!text_.empty()) text_ += ' ';
        text_ += name;
        if (!value.empty()) text_ += ' ' + value;
    }
    void say(std::string_view name, std::uint32_t value) { say(name, std::to_string(value)); }
    void say_key(TunnelKind kind, std::uint32_t key) {
        if (kind == TunnelKind::kL2tpOverIp) kind = TunnelKind::kL2tp;
        say(std::string{name_of(kind)} + " " + std::string{key_name_of(kind)}, key);
    }
    void say_pair(const std::array<std::uint16_t, 2>& vlans) {
        say("vlans", std::to_string(vlans[0]) + "/" + std::to_string(vlans[1]));
    }
    void say_option(const GeneveOption& option, bool with_value) {
        std::string value = hex(option.option_class, 4) + "/" + std::to_string(option.type);
        if (with_value) value += '=';
        for (std::size_t i = 0; i < option.value_bytes; ++i)
            value += hex(option.value[i], 2);
        say("geneve-option", value);
    }
    [[nodiscard]] const std::string& text() const noexcept { return text_; }

  private:
    std::string text_;
};

}  // namespace

std::string text_of(const TagConditions& asked) {
    Phrase phrase;
    if (asked.asks(kPort)) phrase.say("port", static_cast<std::uint32_t>(asked.port) + 1);
    if (asked.asks(kAnyVlan)) phrase.say("vlan", asked.vlans[0]);
    if (asked.asks(kVlanPair)) phrase.say_pair(asked.vlans);
    if (asked.asks(kMplsLabel)) phrase.say("mpls label", asked.mpls_label);
    if (asked.asks(kVni)) phrase.say("vni", static_cast<std::uint32_t>(asked.vni));
    if (asked.asks(kTunnelKey)) phrase.say_key(asked.tunnel, asked.tunnel_key);
    if (asked.asks(kNshPath)) phrase.say("nsh path", asked.nsh_path);
    if (asked.asks(kNshContext)) phrase.say("nsh context", asked.nsh_context);
    if (asked.asks(kGroupPolicy)) phrase.say("group-policy", asked.group_policy);
    if (asked.asks(kGeneveOption)) phrase.say_option(asked.option, asked.asks(kGeneveValue));
    if (asked.asks(kSource)) phrase.say("source", to_string(asked.source));
    return phrase.text();
}

std::string text_of(const UnmappedTags::Entry& entry) {
    const Tags& tags = entry.tags;
    Phrase phrase;
    if (tags.vlan_count == 1) phrase.say("vlan", tags.vlans[0]);
    if (tags.vlan_count == 2) phrase.say_pair(tags.vlans);
    if (tags.has_tag(kHasMplsLabel)) phrase.say("mpls label", tags.mpls_label);
    if (has_vni(tags.tunnel)) {
        phrase.say("vni", static_cast<std::uint32_t>(tags.vni));
    } else if (tags.has_tag(kHasTunnelKey)) {
        phrase.say_key(tags.tunnel, tags.tunnel_key);
    } else if (tags.tunnel != TunnelKind::kNone) {
        phrase.say(name_of(tags.tunnel), std::string{});
    }
    if (tags.has_tag(kHasNshPath)) phrase.say("nsh path", tags.nsh_path);
    if (tags.has_tag(kHasNshContext)) phrase.say("nsh context", tags.nsh_context);
    if (tags.has_group_policy != 0) phrase.say("group-policy", tags.group_policy);
    if (entry.has_option) phrase.say_option(entry.option, entry.option.value_bytes != 0);
    return phrase.text();
}

}  // namespace sensor::attribute
