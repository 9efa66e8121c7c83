#include "sensor/attribute/feeds/radius_attributes.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "lib/digest/digest.h"
#include "sensor/attribute/feeds/radius_ids.h"
#include "sensor/attribute/feeds/readable.h"

namespace sensor::attribute::feeds::radius {
namespace {

constexpr std::array<std::string_view, static_cast<std::size_t>(GroupSource::kCount)> kGroupNames{
    "tunnel-group",
    "aruba-role",
    "fortinet-group",
    "palo-alto-group",
    "airespace-interface",
    "class",
    "filter-id",
    "vlan",
    "ssid"};

/// Everything gathered from one request before it is put together.
struct Gathered {
    Accounting accounting;
    DeviceIds ids;
    std::string nas_address;
    std::string nas_ipv6;
    std::string nas_identifier;
    std::string calling_station;
    bool is_layer_two = false;  ///< NAS-Port-Type: a Calling-Station-Id is a MAC
    std::optional<std::uint64_t> interface_id;
    std::optional<bytes::View> prefix;
    std::array<std::string, static_cast<std::size_t>(GroupSource::kCount)> groups;

    void name_group(GroupSource source, std::string name) {
        std::string& kept = groups[static_cast<std::size_t>(source)];
        if (kept.empty()) kept = std::move(name);
    }
    void add(const Address& address) {
        auto& all = accounting.addresses;
        const bool is_known = std::ranges::find(all, address) != all.end();
        if (!is_known && all.size() < kMostAddresses) all.push_back(address);
    }
};

std::optional<std::uint32_t> number(bytes::View value) noexcept {
    bytes::ByteCursor cursor{value};
    const auto read = cursor.read<std::uint32_t>();
    if (!cursor.ok() || !cursor.empty()) return std::nullopt;
    return read;
}

std::optional<Address> ipv4(bytes::View value) noexcept {
    const auto address = number(value);
    // RFC 2865 §5.8: the user, or the NAS, is to choose one.
    if (!address || *address == 0 || *address >= 0xfffffffeU) return std::nullopt;
    return ipv4_address(*address);
}

std::optional<Address> ipv6(bytes::View value) noexcept {
    Address address;
    if (value.size() != address.bytes.size()) return std::nullopt;
    std::ranges::copy(value, address.bytes.begin());
    if (address == Address{}) return std::nullopt;
    return address;
}

/// The prefix and the interface's id make one address; so does a prefix of 128 bits alone. A
/// shorter prefix alone is many: the device chooses among them, and the packet does not say which.
std::optional<Address> address_in(bytes::View prefix, std::optional<std::uint64_t> interface_id) {
    bytes::ByteCursor cursor{prefix};
    cursor.skip(1);
    const std::size_t length = cursor.read<std::uint8_t>();
    const bytes::View bits = cursor.rest();
    Address address;
    if (!cursor.ok() || bits.size() > address.bytes.size() || length > 8 * bits.size())
        return std::nullopt;
    std::ranges::copy(bits, address.bytes.begin());
    constexpr std::size_t kWhole = 128;
    constexpr std::size_t kHalf = 64;
    if (length == kWhole) return address;
    if (!interface_id || length > kHalf) return std::nullopt;
    for (std::size_t i = 0; i < 8; ++i)
        address.bytes[15 - i] = static_cast<std::uint8_t>(*interface_id >> (8 * i));
    return address;
}

/// RFC 2868 §3.6: a first byte up to 0x1f is a tag.
std::string untagged(bytes::View value) {
    constexpr std::uint8_t kLastTag = 0x1f;
    if (!value.empty() && value.front() <= kLastTag) value = value.subspan(1);
    return readable_text(value);
}

/// Cisco's gateways write the group policy as "OU=office;".
std::string group_in_class(bytes::View value) {
    std::string text = readable_text(value);
    if (!text.starts_with("OU=") && !text.starts_with("ou=")) return text;
    text.erase(0, 3);
    return text.substr(0, text.find(';'));
}

/// "A1-B2-C3-D4-E5-F6:office-wifi", RFC 3580 §3.20
std::string ssid_in(const std::string& station) {
    constexpr std::size_t kMac = 17;  // characters
    return station.size() > kMac + 1 && station[kMac] == ':' ? station.substr(kMac + 1)
                                                             : std::string{};
}

/// Who tells, of which session, and when.
void read_session(std::uint8_t type, bytes::View value, Gathered& all) {
    constexpr std::uint32_t kOther = 255;  // a status that nobody uses
    Accounting& accounting = all.accounting;
    switch (type) {
        case 4:
            if (const auto address = ipv4(value)) all.nas_address = to_string(*address);
            break;
        case 30:
            accounting.service = readable_text(value);
            all.name_group(GroupSource::kSsid, ssid_in(accounting.service));
            break;
        case 32: all.nas_identifier = readable_text(value); break;
        case 40:
            accounting.status = static_cast<Status>(std::min(number(value).value_or(0), kOther));
            break;
        case 41: accounting.delay = std::chrono::seconds{number(value).value_or(0)}; break;
        case 44:
            accounting.session = readable_text(value);
            if (accounting.session.empty()) accounting.session = digest::hexadecimal(value);
            break;
        case 55:
            if (const auto seconds = number(value))
                accounting.timestamp = std::chrono::seconds{*seconds};
            break;
        case 95:
            if (const auto address = ipv6(value)) all.nas_ipv6 = to_string(*address);
            break;
        default: break;
    }
}

/// Who is told of, and what was given to it.
void read_device(std::uint8_t type, bytes::View value, Gathered& all) {
    constexpr std::uint32_t kEthernet = 15;  // of NAS-Port-Type
    constexpr std::uint32_t kWireless = 19;
    switch (type) {
        case 1: all.accounting.fact.user = readable_text(value); break;
        case 8:
            if (const auto address = ipv4(value)) all.add(*address);
            break;
        case 11: all.name_group(GroupSource::kFilterId, readable_text(value)); break;
        case 25: all.name_group(GroupSource::kClass, group_in_class(value)); break;
        case 31: all.calling_station = readable_text(value); break;
        case 61: {
            const auto kind = number(value);
            all.is_layer_two = kind == kEthernet || kind == kWireless;
            break;
        }
        case 81: all.name_group(GroupSource::kVlan, untagged(value)); break;
        case 96: {
            bytes::ByteCursor cursor{value};
            const auto id = cursor.read<std::uint64_t>();
            if (cursor.ok() && cursor.empty()) all.interface_id = id;
            break;
        }
        case 97: all.prefix = value; break;
        case 168:
            if (const auto address = ipv6(value)) all.add(*address);
            break;
        default: break;
    }
}

void read_of_vendor(std::uint32_t vendor, std::uint8_t type, bytes::View value, Gathered& all) {
    enum Vendor : std::uint32_t {
        kCisco = 9,
        kCiscoVpn = 3076,
        kFortinet = 12356,
        kAirespace = 14179,
        kAruba = 14823,
        kPaloAlto = 25461,
    };
    const auto is = [&](std::uint32_t maker, std::uint8_t number) {
        return vendor == maker && type == number;
    };
    const auto text = [&] { return readable_text(value); };
    if (is(kCisco, 1)) read_cisco_pair(text(), all.ids, all.accounting.fact);
    if (is(kCiscoVpn, 146)) all.name_group(GroupSource::kTunnelGroup, text());
    if (is(kFortinet, 1)) all.name_group(GroupSource::kFortinetGroup, text());
    if (is(kAirespace, 5)) all.name_group(GroupSource::kAirespaceInterface, text());
    if (is(kAruba, 1)) all.name_group(GroupSource::kArubaRole, text());
    if (is(kAruba, 15)) all.ids.add(IdRank::kUdid, text());
    if (is(kAruba, 16)) all.ids.add(IdRank::kImei, text());
    if (is(kAruba, 22)) all.ids.add(IdRank::kSerial, text());
    if (is(kAruba, 61)) all.ids.add_mac(text());
    if (is(kPaloAlto, 5)) all.name_group(GroupSource::kPaloAltoGroup, text());
    if (is(kPaloAlto, 8)) note_platform(text(), all.accounting.fact);
    if (is(kPaloAlto, 9)) all.accounting.fact.name = text();
}

/// RFC 2865 §5.26: the vendor's number, then attributes of its own. What is not laid out like that
/// is the vendor's own business and is left.
void read_vendor(bytes::View value, Gathered& all) {
    bytes::ByteCursor cursor{value};
    const auto vendor = cursor.read<std::uint32_t>();
    while (cursor.ok() && !cursor.empty()) {
        const Attribute attribute = next_attribute(cursor);
        if (cursor.ok()) read_of_vendor(vendor, attribute.type, attribute.value, all);
    }
}

std::string app_group_of(const Gathered& all, const GroupOrder& order) {
    std::string first;
    for (const GroupSource source : order.sources) {
        const std::string& name = all.groups[static_cast<std::size_t>(source)];
        if (name.empty()) continue;
        if (std::ranges::find(order.known, name) != order.known.end()) return name;
        if (first.empty()) first = name;
    }
    return first;
}

/// A packet has one of these, RFC 2866 §4.1.
std::string nas_of(const Gathered& all) {
    for (const std::string* name : {&all.nas_address, &all.nas_ipv6, &all.nas_identifier})
        if (!name->empty()) return *name;
    return {};
}

}  // namespace

std::string_view name_of(GroupSource source) noexcept {
    return kGroupNames[static_cast<std::size_t>(source)];
}

result::Result<Accounting> read_accounting(const Packet& request, const GroupOrder& groups) {
    constexpr std::uint8_t kVendorSpecific = 26;
    Gathered all;
    for (bytes::ByteCursor cursor{request.attributes}; !cursor.empty();) {
        const Attribute attribute = next_attribute(cursor);
        if (attribute.type == kVendorSpecific) {
            read_vendor(attribute.value, all);
        } else {
            read_session(attribute.type, attribute.value, all);
            read_device(attribute.type, attribute.value, all);
        }
    }
    Accounting& accounting = all.accounting;
    if (accounting.status == Status::kNone) return result::Error{"no Acct-Status-Type"};
    accounting.nas = nas_of(all);
    const bool is_of_nas = accounting.status == Status::kOn || accounting.status == Status::kOff;
    if (accounting.session.empty() && !is_of_nas) return result::Error{"no Acct-Session-Id"};
    if (all.prefix) {
        if (const auto address = address_in(*all.prefix, all.interface_id)) all.add(*address);
    }
    if (is_mac(all.calling_station, all.is_layer_two)) all.ids.add_mac(all.calling_station);
    accounting.app_group = app_group_of(all, groups);
    std::tie(accounting.device, accounting.fact.also_known_as) =
        all.ids.settle(accounting.fact.user);
    return accounting;
}

}  // namespace sensor::attribute::feeds::radius
