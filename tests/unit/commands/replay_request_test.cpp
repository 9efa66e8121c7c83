#include "sensor/commands/replay_request.h"

#include <gtest/gtest.h>

namespace sensor::commands {
namespace {

result::Result<ReplayRequest> request(const Words& words) {
    const auto line = CommandLine::read(words, replay_options());
    if (!line) return line.error();
    return replay_request_of(*line);
}

std::string refusal_of(const Words& words) {
    const auto read = request(words);
    return read ? std::string{} : read.error().message;
}

TEST(ReplayRequest, IsPlainByDefault) {
    const auto read = request({"a.pcap", "b.pcap"});

    ASSERT_TRUE(read);
    EXPECT_EQ(read->replay.traces, (Words{"a.pcap", "b.pcap"}));
    EXPECT_TRUE(read->replay.identity_files.empty());
    EXPECT_EQ(read->replay.workers, 1U);
    EXPECT_FALSE(read->replay.together);
    EXPECT_FALSE(read->replay.every_session);
    EXPECT_FALSE(read->report.eve_path.has_value());
    EXPECT_FALSE(read->report.json);
    EXPECT_FALSE(read->fail_on.has_value());
}

TEST(ReplayRequest, ReadsEveryOption) {
    const auto read = request(
        {"a.pcap", "--eve", "-", "--flows", "--workers", "4", "--together", "--fail-on", "medium"});

    ASSERT_TRUE(read);
    EXPECT_EQ(read->report.eve_path, "-");
    EXPECT_TRUE(read->report.flows);
    EXPECT_TRUE(read->replay.every_session);
    EXPECT_EQ(read->replay.workers, 4U);
    EXPECT_TRUE(read->replay.together);
    EXPECT_EQ(read->fail_on, Severity::kMedium);
}

TEST(ReplayRequest, TellsIdentityFilesFromTraces) {
    const auto read = request({"--identity", "a", "b.ndjson", "t.pcap", "--identity", "c"});

    ASSERT_TRUE(read);
    EXPECT_EQ(read->replay.identity_files, (Words{"a", "c", "b.ndjson"}));
    EXPECT_EQ(read->replay.traces, Words{"t.pcap"});
    EXPECT_EQ(
        request({"--identity", "csv:a", "b.csv", "intune:c", "t.pcap"})->replay.identity_files,
        (Words{"csv:a", "b.csv", "intune:c"}));
    EXPECT_EQ(request({"b.ndjson"})->replay.traces, Words{"b.ndjson"}) << "only after --identity";
}

TEST(ReplayRequest, RefusesWhatDoesNotGoTogether) {
    EXPECT_EQ(refusal_of({}), "give at least one trace");
    EXPECT_EQ(refusal_of({"t", "--flows"}),
              "--flows adds flow records to the EVE output; give --eve FILE or --eve -");
    EXPECT_EQ(refusal_of({"t", "--eve", "-", "--json"}),
              "--json and --eve - both want standard output; choose one");
    EXPECT_EQ(refusal_of({"t", "--workers", "65"}),
              "--workers wants a whole number from 1 to 64, got '65'");
    EXPECT_EQ(refusal_of({"t", "--fail-on", "grave"}),
              "--fail-on wants info, low, medium or high, got 'grave'");
    EXPECT_EQ(refusal_of({"t", "--eve", "a", "--eve", "b"}), "--eve is given twice; give it once");
}

}  // namespace
}  // namespace sensor::commands
