// Cost of identity feeds: a datagram from its bytes to its events. Items are events.
#include <array>
#include <string>

#include <benchmark/benchmark.h>

#include "lib/digest/digest.h"
#include "sensor/attribute/feeds/ipfix.h"
#include "sensor/attribute/feeds/radius.h"

namespace {

using namespace sensor;
using Bytes = std::vector<std::uint8_t>;

constexpr std::string_view kSecret = "xyzzy5461";
constexpr Timestamp kNoon{std::chrono::seconds{1'790'000'000}};
const Endpoint kPeer{ipv4_address(0xc0000201U), PortNumber{40000}};

void append(Bytes& out, bytes::View more) {
    out.insert(out.end(), more.begin(), more.end());
}
void append_number(Bytes& out, std::uint32_t number) {
    for (const unsigned shift : {24U, 16U, 8U, 0U})
        out.push_back(static_cast<std::uint8_t>(number >> shift));
}

void append_attribute(Bytes& out, std::uint8_t type, bytes::View value) {
    out.push_back(type);
    out.push_back(static_cast<std::uint8_t>(value.size() + 2));
    append(out, value);
}
void append_attribute(Bytes& out, std::uint8_t type, std::uint32_t number) {
    Bytes value;
    append_number(value, number);
    append_attribute(out, type, value);
}
void append_pair(Bytes& out, std::string_view text) {
    Bytes value{0, 0, 0, 9};
    append_attribute(value, 1, bytes::view_of(text));
    append_attribute(out, 26, value);
}

/// The Start of a session as AnyConnect's gateway tells of it, or its Stop.
Bytes accounting(std::uint32_t status, std::uint32_t number) {
    Bytes packet{4, static_cast<std::uint8_t>(number), 0, 0};
    packet.resize(20);
    append_attribute(packet, 40, status);
    append_attribute(packet, 44, number);
    append_attribute(packet, 4, 0xc0000201U);
    append_attribute(packet, 8, 0x0a000000U + number);
    append_attribute(packet, 1, bytes::view_of("alice@example.org"));
    append_pair(packet, "mdm-tlv=device-platform=android");
    append_pair(packet, "mdm-tlv=device-uid=0123456789abcdef" + std::to_string(number));
    append_pair(packet, "mdm-tlv=device-mac=a1-b2-c3-d4-e5-f6");
    packet[2] = static_cast<std::uint8_t>(packet.size() >> 8U);
    packet[3] = static_cast<std::uint8_t>(packet.size());
    const auto signature = digest::md5({packet, bytes::view_of(kSecret)});
    std::copy(signature.begin(), signature.end(), packet.begin() + 4);
    return packet;
}

/// Sessions that begin and end, each request verified and its answer signed.
void radius_accounting(benchmark::State& state) {
    constexpr std::uint32_t kSessions = 4096;
    std::vector<Bytes> packets;
    for (std::uint32_t number = 1; number <= kSessions; ++number) {
        packets.push_back(accounting(1, number));
        packets.push_back(accounting(2, number));
    }
    attribute::feeds::RadiusReader reader{
        {.clients = {{{.base = kPeer.address, .length = 128}, std::string{kSecret}}},
         .groups = {}}};
    std::size_t events = 0;
    std::size_t bytes = 0;
    Timestamp now = kNoon;
    for (auto _ : state) {
        const Bytes& packet = packets[bytes++ % packets.size()];
        now += std::chrono::microseconds{1};
        events += reader.read(packet, kPeer, now).events.size();
        reader.keep();
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(events));
}
BENCHMARK(radius_accounting)->Name("feeds.radius");

/// A field specifier, of Cisco's elements if `element` has the enterprise bit.
void append_field(Bytes& out, std::uint32_t element, std::uint32_t length) {
    append_number(out, element << 16U | length);
    if ((element & 0x8000U) != 0) append_number(out, 9);
}

Bytes message(std::uint32_t set, bytes::View body, std::uint32_t sequence) {
    Bytes out;
    append_number(out, 10U << 16U | static_cast<std::uint32_t>(20 + body.size()));
    append_number(out, 1'790'000'000);
    append_number(out, sequence);
    append_number(out, 127);
    append_number(out, set << 16U | static_cast<std::uint32_t>(4 + body.size()));
    append(out, body);
    return out;
}

Bytes flow_template() {
    Bytes body;
    append_number(body, 267U << 16U | 10U);
    for (const auto& [element, length] :
         std::initializer_list<std::pair<std::uint32_t, std::uint32_t>>{{4, 1},
                                                                        {8, 4},
                                                                        {7, 2},
                                                                        {12, 4},
                                                                        {11, 2},
                                                                        {150, 4},
                                                                        {0xb02c, 20},
                                                                        {0xb02d, 65535},
                                                                        {0xb034, 65535},
                                                                        {0xb035, 32}}) {
        append_field(body, element, length);
    }
    return message(2, body, 0);
}

/// Ten flows in a message, as a phone sends them.
Bytes flows() {
    Bytes body;
    for (std::uint32_t number = 0; number < 10; ++number) {
        constexpr std::string_view kApp =
            "\x16"
            "com.example.flashlight";
        body.push_back(6);
        append_number(body, 0x0a14010e);
        append_number(body, 40'000U << 16U | 0xc633U);
        append_number(body, 0x6407'1ec6U);
        append_number(body, 1'789'999'900 + number);
        body.insert(body.end(), 20, 0x91);
        append(body, bytes::view_of("\x05"
                                    "alice"));
        append(body, bytes::view_of(kApp));
        body.insert(body.end(), 32, 0x9f);
    }
    return message(267, body, 0);
}

void ipfix_flows(benchmark::State& state) {
    attribute::feeds::IpfixReader reader{attribute::feeds::IpfixReader::Limits{}};
    const attribute::feeds::ipfix::Exporter exporter{kPeer, 0};
    const Bytes layout = flow_template();
    const Bytes data = flows();
    benchmark::DoNotOptimize(reader.read(layout, exporter, kNoon).size());
    std::size_t events = 0;
    for (auto _ : state)
        events += reader.read(data, exporter, kNoon).size();
    state.SetItemsProcessed(static_cast<std::int64_t>(events));
}
BENCHMARK(ipfix_flows)->Name("feeds.ipfix");

}  // namespace
