#include "sensor/attribute/feeds/radius_attributes.h"

#include <gtest/gtest.h>

#include "tests/support/hex.h"
#include "tests/unit/attribute/radius_requests.h"

namespace sensor::attribute::feeds::radius {
namespace {

using namespace test;
using std::chrono::seconds;

Accounting told_by(std::initializer_list<Bytes> attributes, const GroupOrder& groups = {}) {
    const Bytes bytes = request(attributes);
    const auto told = read_accounting(*parse_packet(bytes), groups);
    EXPECT_TRUE(told.has_value());
    return told ? *told : Accounting{};
}
std::string error_of(std::initializer_list<Bytes> attributes) {
    const Bytes bytes = request(attributes);
    const auto told = read_accounting(*parse_packet(bytes), {});
    return told ? std::string{} : told.error().message;
}
/// What is said of a device with these attributes beside what every request has.
Accounting device_of(std::initializer_list<Bytes> attributes) {
    Bytes all;
    for (const Bytes& one : attributes)
        all.insert(all.end(), one.begin(), one.end());
    return told_by({kStart, kSession, kNas, all});
}

TEST(RadiusAttributes, NameTheSession) {
    const Accounting told =
        told_by({kStart, kSession, kNas, kFramed, tlv(30, "00-11-22-33-44-55:office"),
                 tlv(55, 1'790'000'000U), tlv(41, 12U)});

    EXPECT_EQ(told.status, Status::kStart);
    EXPECT_EQ(told.nas, "192.0.2.1");
    EXPECT_EQ(told.service, "00-11-22-33-44-55:office");
    EXPECT_EQ(told.session, "0A");
    EXPECT_EQ(told.addresses, std::vector{*parse_address("10.20.1.14")});
    EXPECT_EQ(told.timestamp, seconds{1'790'000'000});
    EXPECT_EQ(told.delay, seconds{12});
}

TEST(RadiusAttributes, StatusTypes) {
    for (const auto& [number, status] :
         {std::pair{2U, Status::kStop}, std::pair{3U, Status::kInterim}, std::pair{7U, Status::kOn},
          std::pair{8U, Status::kOff}}) {
        EXPECT_EQ(told_by({tlv(40, number), kSession}).status, status);
    }
    // 257 is no Start.
    EXPECT_EQ(told_by({tlv(40, 257U), kSession}).status, Status{255});
}

TEST(RadiusAttributes, WithoutAStatusOrASessionNothingIsTold) {
    EXPECT_EQ(error_of({kSession, kNas}), "no Acct-Status-Type");
    EXPECT_EQ(error_of({kStart, kNas}), "no Acct-Session-Id");
    EXPECT_EQ(error_of({kOff, kNas}), "");
}

TEST(RadiusAttributes, SessionIdsThatAreNoTextAreTakenAsTheyAre) {
    constexpr auto kBinary = "00 ff 10"_hex;
    EXPECT_EQ(told_by({kStart, tlv(44, bytes::View{kBinary})}).session, "00ff10");
}

TEST(RadiusAttributes, NasIsItsAddressOrItsName) {
    constexpr auto kIpv6 = "20010db8000000000000000000000001"_hex;
    const Bytes address = tlv(95, bytes::View{kIpv6});
    const Bytes name = tlv(32, "vpn-1");
    EXPECT_EQ(told_by({kStart, kSession, name, address, kNas}).nas, "192.0.2.1");
    EXPECT_EQ(told_by({kStart, kSession, name, address}).nas, "2001:db8::1");
    EXPECT_EQ(told_by({kStart, kSession, name}).nas, "vpn-1");
}

TEST(RadiusAttributes, AddressesThatAreNoneAreLeft) {
    // 255.255.255.255 and .254: the user, or the NAS, chooses. RFC 2865 section 5.8
    for (const std::uint32_t none : {0U, 0xffffffffU, 0xfffffffeU})
        EXPECT_TRUE(device_of({tlv(8, none)}).addresses.empty()) << none;
    EXPECT_TRUE(device_of({tlv(8, "abc")}).addresses.empty());
    EXPECT_TRUE(device_of({tlv(168, "abc")}).addresses.empty());
}

TEST(RadiusAttributes, Ipv6Addresses) {
    constexpr auto kWhole = "20010db8000000000000000000000007"_hex;
    constexpr auto kPrefix = "00 40 20010db800000001"_hex;
    constexpr auto kHost = "00 80 20010db8000000000000000000000009"_hex;
    constexpr auto kInterface = "0000 0000 0000 0005"_hex;
    const Bytes prefix = tlv(97, bytes::View{kPrefix});
    EXPECT_EQ(device_of({tlv(168, bytes::View{kWhole})}).addresses,
              std::vector{*parse_address("2001:db8::7")});
    EXPECT_EQ(device_of({prefix, tlv(96, bytes::View{kInterface})}).addresses,
              std::vector{*parse_address("2001:db8:0:1::5")});
    EXPECT_EQ(device_of({tlv(97, bytes::View{kHost})}).addresses,
              std::vector{*parse_address("2001:db8::9")});
    // A prefix alone says not which of its addresses.
    EXPECT_TRUE(device_of({prefix}).addresses.empty());
}

TEST(RadiusAttributes, Ipv6PrefixesThatDoNotFitAreLeft) {
    constexpr auto kInterface = "0000 0000 0000 0005"_hex;
    const Bytes interface = tlv(96, bytes::View{kInterface});
    constexpr auto kTooShort = "00 40 20010db8"_hex;                  // 64 bits in 4 bytes
    constexpr auto kTooLong = "00 60 20010db800000001 00000001"_hex;  // 96 bits and an id
    EXPECT_TRUE(device_of({tlv(97, bytes::View{kTooShort}), interface}).addresses.empty());
    EXPECT_TRUE(device_of({tlv(97, bytes::View{kTooLong}), interface}).addresses.empty());
    EXPECT_TRUE(device_of({tlv(97, ""), interface}).addresses.empty());
}

TEST(RadiusAttributes, OneRequestNamesSoManyAddresses) {
    Bytes many;
    for (std::uint32_t i = 1; i <= 20; ++i) {
        const Bytes one = tlv(8, 0x0a000000U + i);
        many.insert(many.end(), one.begin(), one.end());
    }
    EXPECT_EQ(device_of({many}).addresses.size(), kMostAddresses);
}

TEST(RadiusAttributes, IdsInOrderOfTrust) {
    const Bytes uid = mdm("device-uid=AB12");
    const Bytes global = mdm("device-uid-global=CD34");
    const Bytes mac = mdm("device-mac=a1-b2-c3-d4-e5-01");
    const Bytes public_mac = mdm("device-public-mac=a1-b2-c3-d4-e5-02");
    const Bytes serial = of_vendor(14823, 22, "r5ct1");
    const Bytes imei = of_vendor(14823, 16, "35-209900-176148-1");
    const Bytes user = tlv(1, "A@ex.org");

    const Accounting all = device_of({user, kStation, mac, public_mac, imei, serial, global, uid});
    EXPECT_EQ(all.device, "udid:ab12");
    EXPECT_EQ(
        all.fact.also_known_as,
        (std::vector<std::string>{"udid:cd34", "serial:R5CT1", "imei:352099001761481",
                                  "mac:a1b2c3d4e501", "mac:a1b2c3d4e502", "mac:a1b2c3d4e5f6"}));
    EXPECT_EQ(all.fact.user, "A@ex.org");
    EXPECT_EQ(device_of({user, kStation, mac, imei, serial}).device, "serial:R5CT1");
    EXPECT_EQ(device_of({user, kStation, mac, imei}).device, "imei:352099001761481");
    EXPECT_EQ(device_of({user, kStation, mac}).device, "mac:a1b2c3d4e501");
    EXPECT_EQ(device_of({user, kStation}).device, "mac:a1b2c3d4e5f6");
    EXPECT_EQ(device_of({user}).device, "user:a@ex.org");
    EXPECT_EQ(device_of({user}).fact.also_known_as, std::vector<std::string>{});
    EXPECT_EQ(device_of({}).device, "");
}

TEST(RadiusAttributes, IdsOfAruba) {
    EXPECT_EQ(device_of({of_vendor(14823, 15, "00008101-A1")}).device, "udid:00008101-a1");
    EXPECT_EQ(device_of({of_vendor(14823, 61, "a1:b2:c3:d4:e5:f6")}).device, "mac:a1b2c3d4e5f6");
}

TEST(RadiusAttributes, ACallingStationNeedNotBeAMac) {
    const auto device = [](std::string_view station, std::uint32_t port_type = 5) {
        return device_of({tlv(31, station), tlv(61, port_type)}).device;
    };
    EXPECT_EQ(device("203.0.113.44"), "");
    EXPECT_EQ(device("192.168.100.200"), "");  // twelve digits
    EXPECT_EQ(device("2001:db8::1"), "");
    EXPECT_EQ(device("491701234567"), "");  // a telephone number
    EXPECT_EQ(device("491701234567", 19), "mac:491701234567");
    EXPECT_EQ(device("a1b2.c3d4.e5f6"), "mac:a1b2c3d4e5f6");
    EXPECT_EQ(device("00-00-00-00-00-00"), "");
}

TEST(RadiusAttributes, Platforms) {
    EXPECT_EQ(device_of({mdm("device-platform=android")}).fact.platform, Platform::kAndroid);
    EXPECT_EQ(device_of({mdm("device-platform=apple-ios")}).fact.platform, Platform::kIos);
    EXPECT_EQ(device_of({mdm("device-platform=win")}).fact.platform, Platform::kUnknown);
    EXPECT_EQ(device_of({of_vendor(25461, 8, "Android 15")}).fact.platform, Platform::kAndroid);
    EXPECT_EQ(device_of({of_vendor(25461, 8, "iOS 18.1")}).fact.platform, Platform::kIos);
    EXPECT_EQ(device_of({of_vendor(25461, 8, "Cisco IOS")}).fact.platform, Platform::kUnknown);
    EXPECT_EQ(device_of({of_vendor(25461, 9, "phone-114")}).fact.name, "phone-114");
}

TEST(RadiusAttributes, PairsThatSayNothingAreLeft) {
    for (const std::string_view pair :
         {"audit-session-id=0a4012b2", "mdm-tlv=", "mdm-tlv=device-uid",
          "mdm-tlv=device-uid=", "mdm-tlv=device-type=samsung", "ip:source-ip=203.0.113.44"}) {
        EXPECT_EQ(device_of({of_vendor(9, 1, pair)}).device, "") << pair;
    }
}

TEST(RadiusAttributes, AppGroupsByVendor) {
    const auto group = [](const Bytes& one) { return device_of({one}).app_group; };
    EXPECT_EQ(group(of_vendor(3076, 146, "office")), "office");
    EXPECT_EQ(group(of_vendor(14823, 1, "staff")), "staff");
    EXPECT_EQ(group(of_vendor(12356, 1, "vpn-users")), "vpn-users");
    EXPECT_EQ(group(of_vendor(25461, 5, "crm")), "crm");
    EXPECT_EQ(group(of_vendor(14179, 5, "wlan-110")), "wlan-110");
    EXPECT_EQ(group(tlv(25, "office")), "office");
    EXPECT_EQ(group(tlv(25, "OU=office;")), "office");
    constexpr auto kCookie = "5342 8001"_hex;
    EXPECT_EQ(group(tlv(25, bytes::View{kCookie})), "");
    EXPECT_EQ(group(tlv(11, "office")), "");  // only if it is asked for
}

TEST(RadiusAttributes, AppGroupsInTheOrderThatIsAskedFor) {
    constexpr auto kVlan = "01 313130"_hex;  // tag 1, "110"
    const Bytes bytes =
        request({kStart, kSession, of_vendor(3076, 146, "vpn"), tlv(11, "filter"),
                 tlv(81, bytes::View{kVlan}), tlv(30, "00-11-22-33-44-55:office-wifi")});
    const auto group = [&](std::vector<GroupSource> sources, std::vector<std::string> known = {}) {
        return read_accounting(*parse_packet(bytes), {std::move(sources), std::move(known)})
            ->app_group;
    };
    EXPECT_EQ(group({GroupSource::kFilterId, GroupSource::kTunnelGroup}), "filter");
    EXPECT_EQ(group({GroupSource::kVlan}), "110");
    EXPECT_EQ(group({GroupSource::kSsid}), "office-wifi");
    EXPECT_EQ(group({GroupSource::kClass, GroupSource::kTunnelGroup}), "vpn");
    EXPECT_EQ(group({}), "");
    // Of several, the one that identity.yaml knows.
    EXPECT_EQ(group({GroupSource::kFilterId, GroupSource::kTunnelGroup}, {"vpn"}), "vpn");
    EXPECT_EQ(group({GroupSource::kFilterId, GroupSource::kTunnelGroup}, {"other"}), "filter");
}

TEST(RadiusAttributes, ForeignVendorsAndBrokenOnesAreLeft) {
    EXPECT_EQ(device_of({of_vendor(311, 1, "office")}).app_group, "");
    constexpr auto kBroken = "00000c04 92 ff 6f66"_hex;  // 3076/146 that runs beyond the end
    EXPECT_EQ(device_of({tlv(26, bytes::View{kBroken})}).app_group, "");
    constexpr auto kShort = "0000"_hex;
    EXPECT_EQ(device_of({tlv(26, bytes::View{kShort})}).app_group, "");
}

TEST(RadiusAttributes, TextsThatNobodyWroteAreLeft) {
    constexpr auto kControl = "61 07 62"_hex;
    constexpr auto kLatin = "e9"_hex;
    EXPECT_EQ(device_of({tlv(1, bytes::View{kControl})}).fact.user, "");
    EXPECT_EQ(device_of({tlv(1, bytes::View{kLatin})}).fact.user, "");
    EXPECT_EQ(device_of({tlv(1, "jos\u00e9")}).fact.user, "jos\u00e9");
    EXPECT_EQ(device_of({tlv(1, std::string_view{"bob\0", 4})}).fact.user, "bob");
}

}  // namespace
}  // namespace sensor::attribute::feeds::radius
