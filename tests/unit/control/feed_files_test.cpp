// What `feeds` in identity.yaml says, and the files that it names.
#include "sensor/control/feeds/feed_files.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "tests/support/temporary_directory.h"

namespace sensor::control {
namespace {

namespace fs = std::filesystem;

/// Files for feeds, each of them its owner's alone.
class FeedFiles : public testing::Test {
  protected:
    std::string write(const std::string& name, const std::string& content,
                      fs::perms mode = fs::perms::owner_read | fs::perms::owner_write) {
        const std::string path = directory_.write(name, bytes::view_of(content));
        fs::permissions(path, mode);
        return path;
    }
    /// All that is said of these lines under `feeds`, in the order of their places.
    static std::vector<std::string> problems_of(const std::string& feeds) {
        yaml::Problems problems;
        const yaml::Node document = yaml::load_text("feeds:\n" + feeds, "i.yaml", problems);
        const FeedsConfig config = read_feeds_config(document, problems);
        check_feed_files(config, problems);
        std::vector<std::string> lines;
        for (const yaml::Problem& problem : problems.sorted())
            lines.push_back(problem.to_string());
        return lines;
    }
    /// The only thing that is said.
    static std::string problem_of(const std::string& feeds) {
        const auto lines = problems_of(feeds);
        EXPECT_EQ(lines.size(), 1U) << feeds << (lines.empty() ? "" : lines.back());
        return lines.empty() ? std::string{} : lines.front();
    }

    const test::TemporaryDirectory directory_;
};

TEST_F(FeedFiles, AreLookedAt) {
    const std::string good = write("good", "  0123456789abcdef \n");
    const std::string bad = write("bad", "secret\n");
    EXPECT_EQ(problems_of("  http: {token_file: " + good + "}\n").size(), 0U);
    EXPECT_EQ(problem_of("  http: {token_file: /nowhere/t}\n"),
              "i.yaml:2:22: error: /nowhere/t: cannot be read; check that it exists and is "
              "readable");
    EXPECT_TRUE(problem_of("  http: {token_file: " + bad + "}\n")
                    .starts_with("i.yaml:2:22: error: " + bad + ": a token must have 16"));
    EXPECT_EQ(problem_of("  http:\n    listen: 127.0.0.1:1\n    certificate: /nowhere/c\n"
                         "    key: /nowhere/k\n"),
              "i.yaml:4:18: error: /nowhere/c: No such file or directory; it must be a "
              "certificate in PEM");
    EXPECT_EQ(problem_of("  directory: {path: /nowhere/d}\n"),
              "i.yaml:2:21: error: /nowhere/d is not there; make the directory, writable for whom "
              "the daemon runs as");
    EXPECT_EQ(problem_of("  directory: {path: " + good + "}\n"),
              "i.yaml:2:21: error: " + good +
                  " is no directory; make the directory, writable for whom the daemon runs as");
    EXPECT_EQ(problems_of("  directory: {path: " + directory_.path() + "}\n").size(), 0U);
}

TEST_F(FeedFiles, AreNobodyElses) {
    constexpr auto kOpen = fs::perms::owner_read | fs::perms::others_read;
    const std::string token = write("token", "0123456789abcdef", kOpen);
    const std::string warning = "warning: other users can read or change the secret in ";
    EXPECT_EQ(problem_of("  http: {token_file: " + token + "}\n"),
              "i.yaml:2:22: " + warning + token + "; `chmod o= " + token + "`");
    const std::string key = write("key", "none", kOpen);
    const auto lines = problems_of(
        "  http:\n    listen: 127.0.0.1:1\n    certificate: /nowhere/c\n"
        "    key: " +
        key + "\n");
    ASSERT_EQ(lines.size(), 2U);  // the certificate is wrong, too
    EXPECT_EQ(lines[1], "i.yaml:5:10: " + warning + key + "; `chmod o= " + key + "`");
    const std::string secret = write("secret", "s3cret", kOpen);
    EXPECT_TRUE(problem_of("  radius:\n    listen: 127.0.0.1:1\n"
                           "    clients: [{address: 10.0.0.1, secret_file: " +
                           secret + "}]\n")
                    .starts_with("i.yaml:4:"));
}

TEST_F(FeedFiles, AreOfFeedsThatListen) {
    EXPECT_EQ(problem_of("  ipfix:\n    exporters: [10.0.0.0/8]\n"),
              "i.yaml:3:5: error: feeds.ipfix listens nowhere: give `udp`, `tcp` or both: "
              "0.0.0.0:4739");
    const std::string secret = write("secret", "s3cret");
    const std::string clients = "    clients: [{address: 10.0.0.1, secret_file: " + secret + "}]\n";
    EXPECT_EQ(problem_of("  radius:\n" + clients),
              "i.yaml:3:5: error: feeds.radius listens nowhere: give `listen`, such as "
              "0.0.0.0:1813, or `mirrored: true`");
    EXPECT_EQ(problems_of("  radius:\n    mirrored: true\n" + clients).size(), 0U);
    EXPECT_EQ(problems_of("  radius:\n    listen: 127.0.0.1:1\n" + clients).size(), 0U);
    // Something else is wrong already.
    EXPECT_TRUE(problem_of("  ipfix: {udp: 2055, exporters: [10.0.0.0/8]}\n")
                    .starts_with("i.yaml:2:16: error: "));
}

}  // namespace
}  // namespace sensor::control
