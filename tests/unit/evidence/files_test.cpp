#include "sensor/evidence/files.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/temporary_directory.h"
#include "tests/unit/evidence/packets.h"

namespace sensor::evidence {
namespace {

const std::string kOne = "0000000000000001";
const std::string kTwo = "0000000000000002";
const std::string kThree = "0000000000000003";

class FilesTest : public testing::Test {
  protected:
    std::unique_ptr<Files> open(FilesOptions how = {}) {
        how.application = "offport";
        auto files = Files::open(options_, std::move(how));
        EXPECT_TRUE(files) << files.error().message;
        return std::move(*files);
    }
    /// Writes a packet into the file of each of these findings, one process after the other.
    void write(const std::vector<std::string>& findings, FilesOptions how = {}) {
        const auto files = open(std::move(how));
        for (const std::string& finding : findings)
            EXPECT_TRUE(files->append({finding, "why", {packet_of(1, 1)}}));
        EXPECT_TRUE(files->close());
        counts_ = files->counts();
    }
    [[nodiscard]] std::string path_of(const std::string& finding) const {
        return options_.directory + "/" + finding + ".pcapng";
    }
    [[nodiscard]] std::string content_of(const std::string& finding) const {
        std::ifstream file{path_of(finding), std::ios::binary};
        return {std::istreambuf_iterator<char>{file}, {}};
    }
    /// The types of its blocks: s, i or p.
    [[nodiscard]] std::string blocks_of(const std::string& finding) const {
        const std::string content = content_of(finding);
        const auto number = [&](std::size_t at) {
            std::uint32_t value = 0;
            std::memcpy(&value, content.data() + at, sizeof value);
            return value;
        };
        std::string types;
        for (std::size_t at = 0; at < content.size(); at += number(at + 4)) {
            const std::uint32_t type = number(at);
            types += type == 0x0a0d0d0a ? 's' : type == 1 ? 'i' : type == 6 ? 'p' : '?';
        }
        return types;
    }
    [[nodiscard]] std::set<std::string> names() const {
        std::set<std::string> all;
        for (const auto& entry : std::filesystem::directory_iterator{options_.directory})
            all.insert(entry.path().filename().string());
        return all;
    }
    static unsigned mode_of(const std::string& path) {
        struct ::stat status {};
        EXPECT_EQ(::stat(path.c_str(), &status), 0);
        return status.st_mode & 0777U;
    }

    test::TemporaryDirectory directory_;
    Options options_{.directory = directory_.path("a/b")};
    Files::Counts counts_;
};

TEST_F(FilesTest, AreForTheirOwnerAlone) {
    write({kOne});
    EXPECT_EQ(mode_of(options_.directory), 0700U);
    EXPECT_EQ(mode_of(path_of(kOne)), 0600U);
}

TEST_F(FilesTest, ASectionIsBegunOnceAndPacketsFollow) {
    write({kOne, kTwo, kOne});
    EXPECT_EQ(blocks_of(kOne), "sipp");
    EXPECT_EQ(blocks_of(kTwo), "sip");
    EXPECT_EQ(counts_.made, 2U);
    EXPECT_EQ(counts_.packets_written, 3U);
    EXPECT_EQ(counts_.bytes, content_of(kOne).size() + content_of(kTwo).size());
    EXPECT_NE(content_of(kOne).find("why; packet 1 of its session"), std::string::npos);
}

TEST_F(FilesTest, EachPortAndLinkTypeIsAnInterface) {
    const auto files = open({.sources = {"eth1", "eth2"}});
    Packet second = packet_of(1, 2);
    second.about.source = MirrorPort{1};
    Packet third = packet_of(1, 3);
    third.about.link = LinkType::kRawIp;
    EXPECT_TRUE(files->append({kOne, "", {packet_of(1, 1), second, third, second}}));
    EXPECT_TRUE(files->close());

    EXPECT_EQ(blocks_of(kOne), "sipipipp");
    EXPECT_NE(content_of(kOne).find("eth1"), std::string::npos);
    EXPECT_NE(content_of(kOne).find("eth2"), std::string::npos);
}

TEST_F(FilesTest, GoOnAfterARestartInASectionOfTheirOwn) {
    write({kOne});
    write({kOne});
    EXPECT_EQ(blocks_of(kOne), "sipsip");
    EXPECT_EQ(counts_.bytes, content_of(kOne).size());
    EXPECT_TRUE(open()->was_there(kOne));
    EXPECT_FALSE(open()->was_there(kTwo));
}

TEST_F(FilesTest, OfAReplayReplaceThoseOfTheOneBefore) {
    write({kOne, kOne, kTwo});
    write({kOne}, {.replaces = true});
    EXPECT_EQ(blocks_of(kOne), "sip");
    EXPECT_EQ(blocks_of(kTwo), "sip") << "of a finding that was not told again";
    EXPECT_EQ(counts_.bytes, content_of(kOne).size() + content_of(kTwo).size());
}

TEST_F(FilesTest, AFileThatSomebodyRemovedIsBegunAnew) {
    const auto files = open();
    EXPECT_TRUE(files->append({kOne, "why", {packet_of(1, 1)}}));
    while (files->counts().made == 0)
        std::this_thread::yield();
    std::filesystem::remove(path_of(kOne));
    EXPECT_TRUE(files->append({kOne, "why", {packet_of(1, 2)}}));
    EXPECT_TRUE(files->close());

    EXPECT_EQ(blocks_of(kOne), "sip");
    EXPECT_EQ(files->counts().bytes, content_of(kOne).size());
}

TEST_F(FilesTest, TheOneWrittenToLongestAgoMakesRoom) {
    write({kOne});
    options_.disk_bytes = 3 * content_of(kOne).size() + 150;
    write({kTwo, kOne, kThree});

    EXPECT_EQ(names(), (std::set<std::string>{kOne + ".pcapng", kThree + ".pcapng"}));
    EXPECT_EQ(counts_.removed, 1U);
    EXPECT_LE(counts_.bytes, options_.disk_bytes);
}

TEST_F(FilesTest, ALowerBoundHoldsFromTheStart) {
    write({kOne});
    write({kTwo});
    options_.disk_bytes = content_of(kOne).size();
    open();
    EXPECT_EQ(names().size(), 1U);
}

TEST_F(FilesTest, NobodyElsesFilesAreCountedOrRemoved) {
    write({kOne});
    directory_.write("a/b/mine.pcapng", "keep");
    directory_.write("a/b/0000000000000001.txt", "keep");
    options_.disk_bytes = 1;
    open();
    EXPECT_EQ(names(), (std::set<std::string>{"mine.pcapng", "0000000000000001.txt"}));
}

TEST_F(FilesTest, WhatNeverFitsIsRefusedAndLeavesNothing) {
    options_.disk_bytes = 100;
    const auto files = open();
    EXPECT_TRUE(files->append({kOne, "why", {packet_of(1, 1), packet_of(1, 2)}}));
    const auto closed = files->close();

    ASSERT_FALSE(closed);
    EXPECT_EQ(closed.error().message, "cannot write evidence to " + path_of(kOne) +
                                          ": disk_bytes in sensor.yaml leaves no room for it; "
                                          "raise it");
    EXPECT_EQ(files->counts().packets_failed, 2U);
    EXPECT_EQ(names(), std::set<std::string>{});
    EXPECT_EQ(files->take_notice(), closed.error().message);
    EXPECT_EQ(files->take_notice(), "");
}

TEST_F(FilesTest, ALinkInTheDirectoryIsNotFollowed) {
    open();
    const std::string elsewhere = directory_.write("elsewhere", "mine");
    ASSERT_EQ(::symlink(elsewhere.c_str(), path_of(kOne).c_str()), 0);
    const auto files = open();
    EXPECT_TRUE(files->append({kOne, "why", {packet_of(1, 1)}}));

    EXPECT_FALSE(files->close());
    EXPECT_EQ(std::filesystem::file_size(elsewhere), 4U);
}

TEST_F(FilesTest, ADirectoryThatCannotBeMadeIsRefusedInOneLine) {
    options_.directory = directory_.write("file", "x") + "/evidence";
    const auto files = Files::open(options_, {});
    ASSERT_FALSE(files);
    EXPECT_TRUE(files.error().message.starts_with("cannot make the directory " +
                                                  options_.directory + " for evidence: "))
        << files.error().message;
}

}  // namespace
}  // namespace sensor::evidence
