#include "sensor/attribute/feeds/nvzflow.h"

#include <algorithm>
#include <optional>

#include "lib/digest/digest.h"
#include "sensor/attribute/feeds/platform_name.h"
#include "sensor/attribute/feeds/readable.h"
#include "sensor/model/device_id.h"

namespace sensor::attribute::feeds::nvzflow {
namespace {

constexpr std::size_t kMostDevices = 65536;  // of more, all are told once more
constexpr std::size_t kMostInterfaces = 16;  // of one device
constexpr std::size_t kMostUdid = 64;        // bytes

/// RFC 7011 §6.2: an exporter may leave leading zeros out.
std::optional<std::uint64_t> number(bytes::View value) noexcept {
    if (value.empty() || value.size() > sizeof(std::uint64_t)) return std::nullopt;
    std::uint64_t sum = 0;
    for (const std::uint8_t byte : value)
        sum = sum << 8U | byte;
    return sum;
}

Address ipv4(bytes::View value) noexcept {
    constexpr std::size_t kBytes = 4;
    return value.size() == kBytes ? ipv4_address(static_cast<std::uint32_t>(*number(value)))
                                  : Address{};
}

Address ipv6(bytes::View value) noexcept {
    Address address;
    if (value.size() == address.bytes.size()) std::ranges::copy(value, address.bytes.begin());
    return address;
}

PortNumber port(bytes::View value) noexcept {
    const std::uint64_t read = number(value).value_or(0);
    return read <= 65535 ? static_cast<PortNumber>(read) : PortNumber{};
}

/// RFC 7011 §6.1.9 and §6.1.10: NTP's format, seconds since 1900 and a fraction.
std::optional<Timestamp> ntp_time(bytes::View value) noexcept {
    constexpr std::uint64_t kSecondsTo1970 = 2'208'988'800;
    constexpr std::uint64_t kNanoseconds = 1'000'000'000;
    const auto read = number(value);
    if (!read || value.size() != sizeof(std::uint64_t)) return std::nullopt;
    const std::uint64_t seconds = *read >> 32U;
    const std::uint64_t fraction = *read & 0xffff'ffffU;
    if (seconds < kSecondsTo1970) return std::nullopt;
    return timestamp_of(static_cast<std::int64_t>((seconds - kSecondsTo1970) * kNanoseconds +
                                                  ((fraction * kNanoseconds) >> 32U)));
}

/// What 64 bits of nanoseconds cannot hold is no time.
std::optional<Timestamp> unix_time(bytes::View value, std::uint64_t units_per_second) noexcept {
    constexpr std::uint64_t kLatest = 0x1'0000'0000;  // seconds: the year 2106
    const auto read = number(value);
    if (!read || *read / units_per_second >= kLatest) return std::nullopt;
    return timestamp_of(static_cast<std::int64_t>(*read * (1'000'000'000 / units_per_second)));
}

std::string mac(bytes::View value) {
    constexpr std::size_t kBytes = 6;
    const std::string id =
        device_id(DeviceIdKind::kMac,
                  value.size() == kBytes ? digest::hexadecimal(value) : readable_text(value));
    // A loopback interface's is nobody's.
    return id == "mac:000000000000" ? std::string{} : id;
}

/// Of what is known and what a record adds.
DeviceFact merged(DeviceFact known, const DeviceFact& more) {
    if (!more.name.empty()) known.name = more.name;
    if (!more.user.empty()) known.user = more.user;
    if (more.platform != Platform::kUnknown) known.platform = more.platform;
    for (const std::string& id : more.also_known_as) {
        auto& ids = known.also_known_as;
        const bool is_known = std::ranges::find(ids, id) != ids.end();
        if (!is_known && ids.size() < kMostInterfaces) ids.push_back(id);
    }
    return known;
}

}  // namespace

void Record::begin_at(std::uint8_t fineness, Timestamp time) noexcept {
    if (fineness <= fineness_ || time == Timestamp{}) return;
    fineness_ = fineness;
    begun_ = time;
}

void Record::take_of_iana(std::uint16_t element, bytes::View value) {
    const auto begin = [&](std::uint8_t fineness, std::optional<Timestamp> time) {
        if (time) begin_at(fineness, *time);
    };
    switch (element) {
        case 4: protocol_ = number(value).value_or(0); break;  // protocolIdentifier
        case 7: client_.port = port(value); break;             // sourceTransportPort
        case 8: client_.address = ipv4(value); break;          // sourceIPv4Address
        case 11: server_.port = port(value); break;            // destinationTransportPort
        case 12: server_.address = ipv4(value); break;         // destinationIPv4Address
        case 27: client_.address = ipv6(value); break;         // sourceIPv6Address
        case 28: server_.address = ipv6(value); break;         // destinationIPv6Address
        case 150: begin(1, unix_time(value, 1)); break;        // flowStartSeconds
        case 152: begin(2, unix_time(value, 1000)); break;     // flowStartMilliseconds
        case 154: begin(3, ntp_time(value)); break;            // flowStartMicroseconds
        case 156: begin(4, ntp_time(value)); break;            // flowStartNanoseconds
        case 350: fact_.name = readable_text(value); break;    // virtualStationName
        default: break;
    }
}

void Record::take_of_cisco(std::uint16_t element, bytes::View value) {
    switch (element) {
        case 12332:  // nvzFlowUDID, of 20 bytes
            if (value.size() > kMostUdid) break;
            device_ = device_id(DeviceIdKind::kUdid, digest::hexadecimal(value));
            break;
        case 12333: fact_.user = readable_text(value); break;                      // LoggedInUser
        case 12334: fact_.platform = platform_named(readable_text(value)); break;  // OSName
        case 12340: app_ = readable_text(value); break;                            // ProcessName
        case 12360:  // InterfaceMacAddress
            if (std::string id = mac(value); !id.empty()) fact_.also_known_as = {std::move(id)};
            break;
        default: break;
    }
}

void Record::take(std::uint32_t enterprise, std::uint16_t element, bytes::View value) {
    constexpr std::uint32_t kCisco = 9;
    if (enterprise == 0) take_of_iana(element, value);
    if (enterprise == kCisco) take_of_cisco(element, value);
}

bool Record::is_flow() const noexcept {
    const bool is_known = protocol_ == static_cast<std::uint64_t>(Transport::kTcp) ||
                          protocol_ == static_cast<std::uint64_t>(Transport::kUdp);
    return is_known && !app_.empty() && server_.address != Address{} &&
           server_.port != PortNumber{};
}

ConnectFact Record::connect() const {
    ConnectFact fact{
        .app = app_, .destination = server_, .transport = static_cast<Transport>(protocol_)};
    if (client_.address != Address{} && client_.port != PortNumber{}) fact.client = client_;
    return fact;
}

Timestamp Record::begun(Timestamp exported) const noexcept {
    constexpr std::chrono::minutes kEarly{5};  // a flow is told of after it began
    return fineness_ == 0 || begun_ > exported + kEarly ? exported : begun_;
}

void Devices::tell(const Record& record, Timestamp exported, std::vector<IdentityEvent>& events) {
    const std::string& device = record.device();
    const auto add = [&](Timestamp time, decltype(IdentityEvent::fact) fact) {
        events.push_back(
            {.time = time, .device = device, .source = "ipfix", .fact = std::move(fact)});
    };
    if (!device.empty()) {
        if (told_.size() >= kMostDevices && !told_.contains(device)) told_.clear();
        DeviceFact& told = told_[device];
        DeviceFact now = merged(told, record.fact());
        if (now != told) {
            told = now;
            add(exported, std::move(now));
        }
    }
    if (!record.is_flow()) return;
    ConnectFact connect = record.connect();
    // Without a device it is of whoever had the client's address then.
    if (device.empty() && !connect.client) return;
    add(record.begun(exported), std::move(connect));
}

}  // namespace sensor::attribute::feeds::nvzflow
