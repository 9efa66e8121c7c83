#include "sensor/model/device_id.h"

#include <gtest/gtest.h>

namespace {

using namespace sensor;

TEST(DeviceId, WritesOneMacOneWay) {
    for (const char* spelling : {"A1-B2-C3-D4-E5-F6", "a1:b2:c3:d4:e5:f6", "a1b2.c3d4.e5f6",
                                 "A1B2C3D4E5F6", "A1 B2 C3 D4 E5 F6"})
        EXPECT_EQ(device_id(DeviceIdKind::kMac, spelling), "mac:a1b2c3d4e5f6") << spelling;
}

TEST(DeviceId, KnowsWhatIsNoMac) {
    for (const char* spelling : {"", "a1-b2-c3-d4-e5", "a1-b2-c3-d4-e5-f6-00", "203.0.113.44",
                                 "a1-b2-c3-d4-e5-fg", "a1/b2/c3/d4/e5/f6"})
        EXPECT_EQ(device_id(DeviceIdKind::kMac, spelling), "") << spelling;
}

TEST(DeviceId, TakesAnImeiWithAndWithoutItsCheckDigitOrVersion) {
    EXPECT_EQ(device_id(DeviceIdKind::kImei, "35-209900-176148-1"), "imei:352099001761481");
    EXPECT_EQ(device_id(DeviceIdKind::kImei, "35209900176148"), "imei:35209900176148");
    EXPECT_EQ(device_id(DeviceIdKind::kImei, "3520990017614823"), "imei:3520990017614823");
    EXPECT_EQ(device_id(DeviceIdKind::kImei, "3520990017614"), "");
    EXPECT_EQ(device_id(DeviceIdKind::kImei, "35209900176148230"), "");
    EXPECT_EQ(device_id(DeviceIdKind::kImei, "A000001234567F"), "");
}

TEST(DeviceId, FoldsCaseByTheKindsHabit) {
    EXPECT_EQ(device_id(DeviceIdKind::kSerial, "r5ct1"), "serial:R5CT1");
    EXPECT_EQ(device_id(DeviceIdKind::kMeid, "a000001234567f"), "meid:A000001234567F");
    EXPECT_EQ(device_id(DeviceIdKind::kUdid, "00008030-001A"), "udid:00008030-001a");
    EXPECT_EQ(device_id(DeviceIdKind::kMdm, "5A0F"), "mdm:5a0f");
    EXPECT_EQ(device_id(DeviceIdKind::kUser, "A@Ex.org"), "user:a@ex.org");
}

TEST(DeviceId, OfNothingIsNone) {
    for (const DeviceIdKind kind :
         {DeviceIdKind::kSerial, DeviceIdKind::kImei, DeviceIdKind::kMeid, DeviceIdKind::kMac,
          DeviceIdKind::kUdid, DeviceIdKind::kMdm, DeviceIdKind::kUser})
        EXPECT_EQ(device_id(kind, ""), "");
}

}  // namespace
