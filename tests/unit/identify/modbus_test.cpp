#include "sensor/identify/protocols/modbus.h"

#include <gtest/gtest.h>

#include "tests/support/hex.h"
#include "tests/unit/identify/dialogue.h"

namespace sensor::identify {
namespace {

using namespace test;

// Transaction 7, unit 1: ten holding registers from 100, and the first of them.
constexpr auto kRead = "0007 0000 0006 01 03 0064 000a"_hex;
constexpr auto kRegisters = "0007 0000 0007 01 03 04 00010002"_hex;
constexpr auto kRefused = "0007 0000 0003 01 83 02"_hex;
constexpr auto kWriteRegister = "0008 0000 0006 01 06 0001 1234"_hex;

Match request(bytes::View said) {
    return ask(modbus::validate, stream(said)).match;
}
Match response(bytes::View said) {
    return ask(modbus::validate, stream_back(said)).match;
}
/// A frame of transaction 7 and unit 1.
Payload frame(bytes::View pdu) {
    const Payload header{0, 7, 0, 0, 0, static_cast<std::uint8_t>(pdu.size() + 1), 1};
    return concatenated({header, pdu});
}

TEST(Modbus, RecognisesRequestsThatAreLikeNothingElse) {
    EXPECT_EQ(recognised_as(stream(kRead)), "modbus");
    EXPECT_EQ(ask(modbus::validate, stream(kRead)).role, Role::kClient);
    EXPECT_EQ(request(frame("01 0000 07d0"_hex)), Match::kYes);
    EXPECT_EQ(request(frame("02 ffff 0001"_hex)), Match::kYes);
    EXPECT_EQ(request(frame("04 0000 007d"_hex)), Match::kYes);
    EXPECT_EQ(request(frame("05 0003 ff00"_hex)), Match::kYes);
    EXPECT_EQ(request(frame("0f 0003 000a 02 ff03"_hex)), Match::kYes);
    EXPECT_EQ(request(frame("10 0003 0002 04 00010002"_hex)), Match::kYes);
    EXPECT_EQ(request(frame("14 07 06 0001 0002 0003"_hex)), Match::kYes);
    EXPECT_EQ(request(frame("15 09 06 0001 0002 0001 1234"_hex)), Match::kYes);
    EXPECT_EQ(request(frame("17 0003 0006 000e 0001 02 00ff"_hex)), Match::kYes);
    EXPECT_EQ(request(frame("2b 0e 01 00"_hex)), Match::kYes);
}

TEST(Modbus, RecognisesResponsesThatAreLikeNothingElse) {
    EXPECT_EQ(recognised_as(stream_back(kRegisters)), "modbus");
    EXPECT_EQ(ask(modbus::validate, stream_back(kRegisters)).role, Role::kServer);
    EXPECT_EQ(response(frame("01 02 ff03"_hex)), Match::kYes);
    EXPECT_EQ(response(frame("0b ffff 0108"_hex)), Match::kYes);
    EXPECT_EQ(response(frame("0c 08 0000 0108 0121 2000"_hex)), Match::kYes);
    EXPECT_EQ(response(frame("10 0003 0002"_hex)), Match::kYes);
    EXPECT_EQ(response(frame("17 02 00ff"_hex)), Match::kYes);
    EXPECT_EQ(response(frame("18 0006 0002 01b8 1284"_hex)), Match::kYes);
}

TEST(Modbus, WaitsWhereOneFrameProvesLittle) {
    const std::vector<Payload> requests{frame("06 0001 1234"_hex), frame("07"_hex),
                                        frame("08 0000 a537"_hex), frame("0b"_hex),
                                        frame("11"_hex),           frame("16 0004 00f2 0025"_hex),
                                        frame("18 04de"_hex),      frame("2b 0d 01"_hex)};
    for (const Payload& said : requests) {
        EXPECT_EQ(request(said), Match::kNeedMore);
        EXPECT_EQ(request(concatenated({said, kWriteRegister})), Match::kYes);
    }
    EXPECT_EQ(response(kRefused), Match::kNeedMore);
}

TEST(Modbus, ConfirmsWhatRepeatsTransactionUnitAndFunction) {
    const std::vector<std::pair<Payload, Confirmed>> answers{
        {frame("03 04 00010002"_hex), Confirmed::kBoth},
        {frame("83 02"_hex), Confirmed::kBoth},
        {changed(kRegisters, 1, {8}), Confirmed::kClient},
        {changed(kRegisters, 6, {2}), Confirmed::kClient},
        {frame("04 04 00010002"_hex), Confirmed::kClient},
        {frame("84 02"_hex), Confirmed::kClient},
        {frame("03 0064 000a"_hex), Confirmed::kClient},  // an echo
    };
    for (const auto& [answer, confirmed] : answers) {
        Dialogue dialogue{Transport::kTcp};
        dialogue.client(kRead).server(answer);
        EXPECT_EQ(dialogue.protocol(), "modbus");
        EXPECT_EQ(dialogue.confirmed(), confirmed);
    }
}

TEST(Modbus, FindsTheAnswerInTheMiddleOfASession) {
    Dialogue dialogue{Transport::kTcp, Dialogue::Opening::kMissed};
    dialogue.client(kRead).server(changed(kRegisters, 1, {6})).server(kRegisters);
    EXPECT_EQ(dialogue.confirmed(), Confirmed::kBoth);

    Dialogue turned{Transport::kTcp, Dialogue::Opening::kMissed};
    turned.client(kRegisters).server(changed(kRead, 1, {8}));
    EXPECT_TRUE(turned.is_turned_round());
    EXPECT_EQ(turned.protocol(), "modbus");
}

TEST(Modbus, ChecksEveryField) {
    const std::vector<std::pair<const char*, Payload>> near_misses{
        {"protocol 1", changed(kRead, 3, {1})},
        {"length 1", changed(kRead, 5, {1})},
        {"length 255", changed(kRead, 5, {255})},
        {"length 256 more", changed(kRead, 4, {1})},
        {"length short", changed(kRead, 5, {5})},
        {"function 0", changed(kRead, 7, {0})},
        {"function 9", changed(kRead, 7, {9})},
        {"an exception asks", frame("83 02"_hex)},
        {"no registers", changed(kRead, 11, {0})},
        {"126 registers", changed(kRead, 11, {126})},
        {"2001 coils", frame("01 0000 07d1"_hex)},
        {"past the last address", frame("03 ffff 0002"_hex)},
        {"a coil half on", frame("05 0003 ff01"_hex)},
        {"a byte count of other coils", frame("0f 0003 000a 01 ff"_hex)},
        {"a byte count of other registers", frame("10 0003 0002 02 0001"_hex)},
        {"file of type 7", frame("14 07 07 0001 0002 0003"_hex)},
        {"diagnostics 5", frame("08 0005 0000"_hex)},
        {"identification code 5", frame("2b 0e 05 00"_hex)},
        {"another protocol's next", concatenated({kRead, "0008 0001"_hex})},
    };
    for (const auto& [what, payload] : near_misses)
        EXPECT_EQ(request(payload), Match::kNo) << what;
    EXPECT_EQ(response(frame("03 03 000102"_hex)), Match::kNo) << "half a register";
    EXPECT_EQ(response(frame("03 04 0001"_hex)), Match::kNo);
    EXPECT_EQ(response(frame("83 07"_hex)), Match::kNo);
    EXPECT_EQ(response(frame("83 0c"_hex)), Match::kNo);
}

TEST(Modbus, WaitsForAWholeFrame) {
    for (std::size_t size = 0; size < kRead.size(); ++size)
        EXPECT_EQ(request(bytes::View{kRead}.first(size)), Match::kNeedMore) << size;
}

}  // namespace
}  // namespace sensor::identify
