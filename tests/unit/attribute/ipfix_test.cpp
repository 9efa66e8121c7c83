#include "sensor/attribute/feeds/ipfix.h"

#include <ctime>

#include <gtest/gtest.h>

#include "tests/support/hex.h"
#include "tests/unit/attribute/ipfix_messages.h"

namespace sensor::attribute::feeds {
namespace {

using namespace std::chrono_literals;
using namespace test;

constexpr Timestamp kNoon{1'790'000'000s};  // when every message is exported
const ipfix::Exporter kExporter{{*parse_address("10.20.1.14"), PortNumber{50000}}, 0};

// What a flow record of AnyConnect's module begins with: protocolIdentifier, source and
// destination, flowStartSeconds, flowEndSeconds, UDID, LoggedInUser, ProcessName, ProcessHash.
constexpr auto kFlowTemplate =
    "010b 000b 0004 0001 0008 0004 0007 0002 000c 0004 000b 0002 0096 0004 0097 0004"
    "b02c 0014 00000009 b02d ffff 00000009 b034 ffff 00000009 b035 0020 00000009"_hex;
constexpr auto kFlowHead =
    "06 0a14010e 9c41 c6336407 1ec6 6ab13b62 6ab13b6c"
    "91ff4ae06c7843bc93c9c1572482f7cda3b87853"_hex;  // 10.20.1.14:40001 to 198.51.100.7:7878
constexpr auto kHash = "9f00000000000000000000000000000000000000000000000000000000000001"_hex;
// virtualStationName, UDID, OSName
constexpr auto kDeviceTemplate = "0106 0003 015e ffff b02c 0014 00000009 b02e ffff 00000009"_hex;
// UDID, InterfaceInfoUID, InterfaceMacAddress
constexpr auto kInterfaceTemplate =
    "010a 0003 b02c 0014 00000009 b043 0004 00000009 b048 ffff 00000009"_hex;
constexpr auto kUdid = "91ff4ae06c7843bc93c9c1572482f7cda3b87853"_hex;
const std::string kDevice = "udid:91ff4ae06c7843bc93c9c1572482f7cda3b87853";

DeviceFact said(std::string name, std::string user, Platform platform = Platform::kUnknown) {
    DeviceFact fact;
    fact.name = std::move(name);
    fact.user = std::move(user);
    fact.platform = platform;
    return fact;
}

Bytes flow(std::string_view user, std::string_view app) {
    return joined({kFlowHead, counted(user), counted(app), kHash});
}
Bytes template_message(std::uint32_t sequence = 0) {
    return ipfix_message({ipfix_set(2, kFlowTemplate), ipfix_set(2, kDeviceTemplate),
                          ipfix_set(2, kInterfaceTemplate)},
                         sequence);
}

class Ipfix : public testing::Test {
  protected:
    std::vector<IdentityEvent> read(const Bytes& message) {
        return reader_.read(message, kExporter, kNoon);
    }
    std::vector<IdentityEvent> read_set(std::uint16_t id, const Bytes& records) {
        return read(ipfix_message({ipfix_set(id, records)}));
    }
    std::uint64_t count(IpfixCounter counter) const { return reader_.counters()[counter]; }

    IpfixReader reader_{IpfixReader::Limits{}};
};

TEST_F(Ipfix, AFlowBecomesAConnectEvent) {
    read(template_message());
    const auto events = read_set(267, flow("", "com.example.flashlight"));

    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].device, kDevice);
    EXPECT_EQ(events[0].source, "ipfix");
    EXPECT_EQ(events[0].time, kNoon - 30s);
    const ConnectFact expected{.app = "com.example.flashlight",
                               .destination = {*parse_address("198.51.100.7"), PortNumber{7878}},
                               .transport = Transport::kTcp,
                               .client = Endpoint{*parse_address("10.20.1.14"), PortNumber{40001}}};
    EXPECT_EQ(std::get<ConnectFact>(events[0].fact), expected);
}

TEST_F(Ipfix, TheUserOfAFlowIsToldOnce) {
    read(template_message());
    const auto events = read_set(267, joined({flow("EX\\bob", "com.x"), flow("EX\\bob", "com.y")}));

    ASSERT_EQ(events.size(), 3U);
    EXPECT_EQ(std::get<DeviceFact>(events[0].fact), said({}, "EX\\bob"));
    EXPECT_EQ(events[0].time, kNoon);
    EXPECT_EQ(std::get<ConnectFact>(events[1].fact).app, "com.x");
    EXPECT_EQ(std::get<ConnectFact>(events[2].fact).app, "com.y");
}

TEST_F(Ipfix, WhatFoundNoRoomIsToldAgain) {
    read(template_message());
    EXPECT_EQ(read_set(267, flow("bob", "com.x")).size(), 2U);
    reader_.undo();
    EXPECT_EQ(read_set(267, flow("bob", "com.x")).size(), 2U);
}

TEST_F(Ipfix, OnlyWhatFoundNoRoomIsToldAgain) {
    read(template_message());
    const auto record = [](std::string_view name, const auto& udid) {
        return joined({counted(name), udid, counted("Android")});
    };
    constexpr auto kOther = "0000000000000000000000000000000000000001"_hex;
    EXPECT_EQ(read_set(262, record("phone-1", kUdid)).size(), 1U);
    reader_.keep();
    EXPECT_EQ(read_set(262, record("phone-2", kOther)).size(), 1U);
    EXPECT_EQ(read_set(262, record("phone-3", kOther)).size(), 1U);
    reader_.undo();
    EXPECT_TRUE(read_set(262, record("phone-1", kUdid)).empty());
    EXPECT_EQ(read_set(262, record("phone-2", kOther)).size(), 1U);
}

TEST_F(Ipfix, AnExporterWithoutAClockIsOfTheTimeOfArrival) {
    const auto told = [&](std::uint32_t exported) {
        IpfixReader reader{IpfixReader::Limits{}};
        // Without a start of its own, a flow began when it was exported.
        constexpr auto kLayout =
            "0100 0006 0004 0001 0008 0004 0007 0002 000c 0004 000b 0002 b034 0005 00000009"_hex;
        constexpr auto kFlow = "06 0a14010e 9c41 c6336407 1ec6 636f6d2e78"_hex;
        const auto events = reader.read(
            ipfix_message({ipfix_set(2, kLayout), ipfix_set(256, kFlow)}, 0, 1, exported),
            kExporter, kNoon);
        return events.size() == 1 ? events.front().time : Timestamp{};
    };
    constexpr std::uint32_t kNow = 1'790'000'000;
    constexpr std::uint32_t kWeek = 7 * 86400;
    EXPECT_EQ(told(kNow - kWeek), kNoon - 7 * 24h);
    EXPECT_EQ(told(kNow + 300), kNoon + 5min);
    EXPECT_EQ(told(kNow - kWeek - 1), kNoon);
    EXPECT_EQ(told(kNow + 301), kNoon);
    EXPECT_EQ(told(0), kNoon);
    EXPECT_EQ(told(0xffff'ffffU), kNoon);
}

TEST_F(Ipfix, ADeviceRecordTellsNameAndPlatform) {
    read(template_message());
    const auto record = [](std::string_view system) {
        return joined({counted("phone-114"), kUdid, counted(system)});
    };
    const auto events = read_set(262, record("Android"));
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].device, kDevice);
    EXPECT_EQ(std::get<DeviceFact>(events[0].fact), said("phone-114", {}, Platform::kAndroid));
    EXPECT_TRUE(read_set(262, record("Android")).empty());
    EXPECT_EQ(std::get<DeviceFact>(read_set(262, record("iPhone OS")).at(0).fact).platform,
              Platform::kIos);
    EXPECT_TRUE(read_set(262, record("WinNT")).empty());
}

TEST_F(Ipfix, AnInterfaceRecordTellsAnotherId) {
    read(template_message());
    constexpr auto kNumber = "00000001"_hex;
    constexpr auto kBinary = "06 a1b2c3d4e5f6"_hex;
    constexpr auto kNobody = "06 000000000000"_hex;
    EXPECT_TRUE(read_set(266, joined({kUdid, kNumber, kNobody})).empty());
    const auto binary = read_set(266, joined({kUdid, kNumber, kBinary}));
    ASSERT_EQ(binary.size(), 1U);
    EXPECT_EQ(std::get<DeviceFact>(binary[0].fact).also_known_as,
              std::vector<std::string>{"mac:a1b2c3d4e5f6"});
    const auto text = read_set(266, joined({kUdid, kNumber, counted("00:11:22:33:44:55")}));
    ASSERT_EQ(text.size(), 1U);
    EXPECT_EQ(std::get<DeviceFact>(text[0].fact).also_known_as,
              (std::vector<std::string>{"mac:a1b2c3d4e5f6", "mac:001122334455"}));
}

TEST_F(Ipfix, DataBeforeItsTemplateIsCounted) {
    EXPECT_TRUE(read_set(267, flow("", "com.x")).empty());
    EXPECT_EQ(count(IpfixCounter::kUnknownTemplate), 1U);
    EXPECT_EQ(count(IpfixCounter::kMalformed), 0U);
}

TEST_F(Ipfix, ATemplateMayStandInTheMessageOfItsData) {
    const auto events =
        read(ipfix_message({ipfix_set(2, kFlowTemplate), ipfix_set(267, flow("", "com.x"))}));
    EXPECT_EQ(events.size(), 1U);
}

TEST_F(Ipfix, OptionsRecordsAreReadOverAndCounted) {
    constexpr auto kOptions = "0110 0002 0001 0095 0004 b034 ffff 00000009"_hex;
    constexpr auto kRecord = "0000007f 05 636f6d2e78"_hex;
    const auto events = read(ipfix_message(
        {ipfix_set(3, kOptions), ipfix_set(272, Bytes{kRecord.begin(), kRecord.end()}),
         ipfix_set(2, kFlowTemplate), ipfix_set(267, flow("", "com.y"))}));
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(std::get<ConnectFact>(events[0].fact).app, "com.y");
    EXPECT_EQ(count(IpfixCounter::kRecords), 2U);
}

TEST_F(Ipfix, LongElementsHaveTheirLengthInThreeBytes) {
    read(template_message());
    const std::string app(300, 'a');
    constexpr auto kLength = "ff 012c"_hex;
    const auto events =
        read_set(267, joined({kFlowHead, counted(""), kLength, bytes::view_of(app), kHash}));
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(std::get<ConnectFact>(events[0].fact).app, app);
    const std::string longer(1025, 'a');
    constexpr auto kLonger = "ff 0401"_hex;
    EXPECT_TRUE(
        read_set(267, joined({kFlowHead, counted(""), kLonger, bytes::view_of(longer), kHash}))
            .empty());
}

TEST_F(Ipfix, PaddingAfterRecordsIsIgnored) {
    read(template_message());
    Bytes padded = flow("", "com.x");
    padded.resize(padded.size() + 3, 0);
    EXPECT_EQ(read_set(267, padded).size(), 1U);
    EXPECT_EQ(count(IpfixCounter::kMalformed), 0U);
    EXPECT_EQ(count(IpfixCounter::kRecords), 1U);
}

TEST_F(Ipfix, MessagesCutAnywhereTellNothing) {
    const Bytes whole =
        ipfix_message({ipfix_set(2, kFlowTemplate), ipfix_set(267, flow("bob", "com.x"))});
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const Bytes cut{whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)};
        EXPECT_TRUE(read(cut).empty()) << size;
    }
    EXPECT_EQ(count(IpfixCounter::kMalformed), whole.size());
    EXPECT_EQ(count(IpfixCounter::kTemplates), 0U);
}

TEST_F(Ipfix, RecordsCutAnywhereTellNothing) {
    read(template_message());
    const Bytes whole = flow("bob", "com.x");
    for (std::size_t size = 0; size < whole.size(); ++size) {
        Bytes cut{whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)};
        EXPECT_TRUE(read_set(267, cut).empty()) << size;
    }
    EXPECT_EQ(count(IpfixCounter::kRecords), 0U);
}

TEST_F(Ipfix, WhatIsNoMessageIsCounted) {
    Bytes version = template_message();
    version[1] = 9;
    EXPECT_TRUE(read(version).empty());
    Bytes longer = template_message();
    longer.push_back(0);
    EXPECT_TRUE(read(longer).empty());
    for (const std::uint8_t length : {std::uint8_t{0}, std::uint8_t{3}, std::uint8_t{255}}) {
        Bytes set = template_message();
        set[18] = 0;
        set[19] = length;
        EXPECT_TRUE(read(set).empty());
    }
    EXPECT_EQ(count(IpfixCounter::kMalformed), 5U);
    EXPECT_EQ(count(IpfixCounter::kTemplates), 0U);
}

TEST_F(Ipfix, GapsInTheSequenceAreCounted) {
    read(template_message(10));
    read(ipfix_message({ipfix_set(267, flow("", "com.x"))}, 10));
    read(ipfix_message({ipfix_set(267, flow("", "com.x"))}, 14));
    EXPECT_EQ(count(IpfixCounter::kMissed), 3U);
}

/// The events of a record of these elements, of IANA's, with Cisco's ProcessName before them.
std::vector<IdentityEvent> of_elements(bytes::View specifiers, std::size_t number,
                                       bytes::View values) {
    Bytes layout;
    put16(layout, 300);
    put16(layout, number + 1);
    constexpr auto kProcess = "b034 ffff 00000009"_hex;
    layout = joined({layout, kProcess, specifiers});
    const Bytes record = joined({counted("com.x"), values});
    IpfixReader reader{IpfixReader::Limits{}};
    return reader.read(ipfix_message({ipfix_set(2, layout), ipfix_set(300, record)}), kExporter,
                       kNoon);
}
constexpr auto kIpv6Elements =
    "0004 0001 001b 0010 0007 0002 001c 0010 000b 0002"_hex;  // protocol, both ends
constexpr auto kIpv6Values =
    "11 20010db8000000000000000000000014 d431 20010db8000000000000000000000020 0035"_hex;

Timestamp begun(bytes::View specifier, bytes::View value) {
    const auto events =
        of_elements(joined({kIpv6Elements, specifier}), 6, joined({kIpv6Values, value}));
    return events.size() == 1 ? events.front().time : Timestamp{};
}

TEST(NvzFlow, AFlowOverIpv6WithoutADeviceIsOfItsClient) {
    const auto events = of_elements(kIpv6Elements, 5, kIpv6Values);
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].device, "");
    const auto& connect = std::get<ConnectFact>(events[0].fact);
    EXPECT_EQ(connect.destination, (Endpoint{*parse_address("2001:db8::20"), PortNumber{53}}));
    EXPECT_EQ(connect.client, (Endpoint{*parse_address("2001:db8::14"), PortNumber{54321}}));
    EXPECT_EQ(connect.transport, Transport::kUdp);
    EXPECT_EQ(events[0].time, kNoon);  // no start was told
}

TEST(NvzFlow, StartsInEveryUnit) {
    constexpr auto kSeconds = "0096 0004"_hex;
    constexpr auto kSecondsValue = "6ab13b78"_hex;  // 1'789'999'992
    constexpr auto kMilliseconds = "0098 0008"_hex;
    constexpr auto kMillisecondsValue = "000001a0 c4505005"_hex;
    constexpr auto kMicroseconds = "009a 0008"_hex;
    constexpr auto kNanoseconds = "009c 0008"_hex;
    constexpr auto kNtpValue = "ee5bb9f8 80000000"_hex;  // 1'789'999'992.5 since 1970
    EXPECT_EQ(begun(kSeconds, kSecondsValue), kNoon - 8s);
    EXPECT_EQ(begun(kMilliseconds, kMillisecondsValue), kNoon - 7163ms);
    const Timestamp half = kNoon - 7500ms;
    EXPECT_EQ(begun(kMicroseconds, kNtpValue), half);
    EXPECT_EQ(begun(kNanoseconds, kNtpValue), half);
}

TEST(NvzFlow, StartsThatCannotBeAreTheExports) {
    constexpr auto kSeconds = "0096 0004"_hex;
    constexpr auto kZero = "00000000"_hex;
    constexpr auto kFuture = "ffffffff"_hex;
    EXPECT_EQ(begun(kSeconds, kZero), kNoon);
    EXPECT_EQ(begun(kSeconds, kFuture), kNoon);
    constexpr auto kEightDaysBefore = "6aa6b000"_hex;
    EXPECT_EQ(begun(kSeconds, kEightDaysBefore), kNoon);
    constexpr auto kMilliseconds = "0098 0008"_hex;
    constexpr auto kHuge = "ffffffffffffffff"_hex;
    EXPECT_EQ(begun(kMilliseconds, kHuge), kNoon);
    constexpr auto kMicroseconds = "009a 0008"_hex;
    constexpr auto kBefore1970 = "0000000100000000"_hex;
    EXPECT_EQ(begun(kMicroseconds, kBefore1970), kNoon);
    constexpr auto kShort = "009a 0004"_hex;
    EXPECT_EQ(begun(kShort, kFuture), kNoon);
}

TEST(NvzFlow, OtherTransportsAndHalfFlowsTellNothing) {
    for (const std::size_t zeroed : {0U, 19U, 35U}) {  // the protocol; the server and its port
        Bytes values{kIpv6Values.begin(), kIpv6Values.end()};
        const std::size_t size = zeroed == 0 ? 1 : zeroed == 19 ? 16 : 2;
        std::fill_n(values.begin() + static_cast<std::ptrdiff_t>(zeroed), size, std::uint8_t{0});
        EXPECT_TRUE(of_elements(kIpv6Elements, 5, values).empty()) << zeroed;
    }
    Bytes icmp{kIpv6Values.begin(), kIpv6Values.end()};
    icmp[0] = 58;
    EXPECT_TRUE(of_elements(kIpv6Elements, 5, icmp).empty());
    // Nobody's: neither a device nor a client's address.
    Bytes nobody{kIpv6Values.begin(), kIpv6Values.end()};
    std::fill_n(nobody.begin() + 1, 16, std::uint8_t{0});
    EXPECT_TRUE(of_elements(kIpv6Elements, 5, nobody).empty());
}

TEST(NvzFlow, ElementsOfOtherLengthsAreLeft) {
    constexpr auto kElements = "0004 0002 0008 0003 0007 0001 000c 0004 000b 0002"_hex;
    constexpr auto kValues = "0006 0a1401 50 c6336407 1ec6"_hex;
    const auto events = of_elements(kElements, 5, kValues);
    EXPECT_TRUE(events.empty());  // the client's address has three bytes, so nobody is told of
}

TEST(IpfixStream, CutsMessagesOutOfPieces) {
    const Bytes first = template_message();
    const Bytes second = ipfix_message({ipfix_set(267, flow("", "com.x"))});
    const Bytes all = joined({first, second});
    for (std::size_t piece = 1; piece <= all.size(); ++piece) {
        IpfixStream stream;
        std::vector<Bytes> messages;
        for (std::size_t at = 0; at < all.size(); at += piece) {
            stream.add(bytes::View{all}.subspan(at, std::min(piece, all.size() - at)));
            while (const auto message = stream.next())
                messages.emplace_back(message->begin(), message->end());
        }
        EXPECT_EQ(messages, (std::vector{first, second})) << piece;
        EXPECT_FALSE(stream.is_broken());
    }
}

TEST(IpfixStream, ManyMessagesAtOnceAreNoMoreWorkEach) {
    constexpr std::size_t kMessages = 400'000;
    const Bytes one = ipfix_message({});
    Bytes all;
    for (std::size_t i = 0; i < kMessages; ++i)
        all.insert(all.end(), one.begin(), one.end());
    IpfixStream stream;
    const std::clock_t begun = std::clock();
    stream.add(all);
    std::size_t found = 0;
    while (stream.next())
        ++found;
    EXPECT_EQ(found, kMessages);
    EXPECT_LT(std::clock() - begun, 10 * CLOCKS_PER_SEC);
}

TEST(IpfixStream, BreaksAtWhatIsNoMessage) {
    constexpr auto kOtherVersion = "0009 0010"_hex;
    constexpr auto kTooShort = "000a 000f"_hex;
    for (const bytes::View bytes : {bytes::View{kOtherVersion}, bytes::View{kTooShort}}) {
        IpfixStream stream;
        stream.add(bytes);
        EXPECT_FALSE(stream.next().has_value());
        EXPECT_TRUE(stream.is_broken());
    }
}

}  // namespace
}  // namespace sensor::attribute::feeds
