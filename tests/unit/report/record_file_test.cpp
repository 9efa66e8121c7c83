#include "sensor/report/record_file.h"

#include <cerrno>
#include <csignal>

#include <gtest/gtest.h>

#include "tests/unit/report/files.h"

namespace sensor::report {
namespace {

TEST(RecordFile, AppendsOrReplaces) {
    const test::TemporaryFolder folder;
    const auto path = folder.path("records");
    test::write_file(path, "old\n");

    ASSERT_EQ(RecordFile::open(path, Existing::kAppend)->append("new\n").bytes, 4U);
    EXPECT_EQ(test::read_file(path), "old\nnew\n");
    ASSERT_EQ(RecordFile::open(path, Existing::kReplace)->append("only\n").bytes, 5U);
    EXPECT_EQ(test::read_file(path), "only\n");
}

TEST(RecordFile, ThatCannotBeOpenedIsNamed) {
    const auto file = RecordFile::open("/nonexistent/records", Existing::kAppend);

    ASSERT_FALSE(file);
    EXPECT_EQ(file.error().message,
              "/nonexistent/records: cannot write records here: No such file or directory");
}

TEST(RecordFile, EndsALineThatACrashLeftOpen) {
    const test::TemporaryFolder folder;
    const auto path = folder.path("records");
    test::write_file(path, "whole\nhal");

    ASSERT_EQ(RecordFile::open(path, Existing::kAppend)->append("new\n").error, 0);

    EXPECT_EQ(test::read_file(path), "whole\nhal\nnew\n");
}

TEST(RecordFile, TakesBackTheLineThatNoLongerFits) {
    const test::TemporaryFolder folder;
    const auto path = folder.path("records");
    auto file = RecordFile::open(path, Existing::kAppend);
    ASSERT_TRUE(file);

    RecordFile::Appended attempt;
    {
        const test::FileSizeLimit limit{13};
        attempt = file->append("first\nsecond\nthird\n");
        EXPECT_EQ(attempt.error, 0 + EFBIG);
        EXPECT_EQ(attempt.bytes, 13U);
        EXPECT_EQ(file->append("x\n").bytes, 0U);
    }
    {
        const test::FileSizeLimit limit{16};  // "fou" would fit
        EXPECT_EQ(file->append("fourth\n").bytes, 0U);
        EXPECT_EQ(test::read_file(path), "first\nsecond\n");
    }
    EXPECT_EQ(file->append("fifth\n").error, 0);
    EXPECT_EQ(test::read_file(path), "first\nsecond\nfifth\n");
}

TEST(RecordFile, ReportsAFullDevice) {
    auto file = RecordFile::open("/dev/full", Existing::kAppend);
    ASSERT_TRUE(file);

    const auto attempt = file->append("line\n");

    EXPECT_EQ(attempt.error, ENOSPC);
    EXPECT_EQ(attempt.bytes, 0U);
}

}  // namespace
}  // namespace sensor::report
