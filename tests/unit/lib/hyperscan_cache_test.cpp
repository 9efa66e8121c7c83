#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/hyperscan/cache.h"

namespace hyperscan {
namespace {

namespace fs = std::filesystem;

const std::vector<Pattern> kAcme{{"^ACME", 3}};
const std::vector<Pattern> kOther{{"^OTHER", 3}};

class HyperscanCache : public testing::Test {
  protected:
    ~HyperscanCache() override { fs::remove_all(directory_); }

    static bool finds(const result::Result<Database>& database, std::string_view text) {
        if (!database) return false;
        const Database* one = &*database;
        bool found = false;
        Scanner{std::span{&one, 1}}.scan(*database, bytes::view_of(text), [&](unsigned) noexcept {
            found = true;
            return true;
        });
        return found;
    }
    static std::string content_of(const std::string& path) {
        std::ostringstream out;
        out << std::ifstream{path, std::ios::binary}.rdbuf();
        return out.str();
    }
    static void write(const std::string& path, const std::string& content) {
        std::ofstream{path, std::ios::binary | std::ios::trunc} << content;
    }
    /// Puts what `kOther` compiles to where `kAcme` is kept: whoever reads it finds "OTHER".
    void swap_in_other() {
        ASSERT_TRUE(cache_.compile(kAcme));
        ASSERT_TRUE(cache_.compile(kOther));
        fs::copy_file(cache_.path_of(kOther), cache_.path_of(kAcme),
                      fs::copy_options::overwrite_existing);
    }

    static std::string new_directory() {
        std::string name = (fs::temp_directory_path() / "offport-cache-XXXXXX").string();
        return ::mkdtemp(name.data());
    }

    std::string directory_ = new_directory();
    Cache cache_{directory_};
};

TEST_F(HyperscanCache, CompilesOnceAndThenReads) {
    EXPECT_TRUE(finds(cache_.compile(kAcme), "ACME 1"));
    EXPECT_TRUE(finds(cache_.compile(kAcme), "ACME 1"));
    swap_in_other();
    EXPECT_TRUE(finds(cache_.compile(kAcme), "OTHER")) << "the file was not read";
}

TEST_F(HyperscanCache, OtherPatternsHaveAnotherFile) {
    const std::string path = cache_.path_of(kAcme);
    EXPECT_NE(path, cache_.path_of(kOther));
    EXPECT_NE(path, cache_.path_of(std::vector<Pattern>{{"^ACME", 4}}));
    EXPECT_EQ(path, cache_.path_of(kAcme));
    EXPECT_TRUE(path.starts_with(directory_ + "/"));
}

TEST_F(HyperscanCache, ADamagedFileIsReplaced) {
    ASSERT_TRUE(cache_.compile(kAcme));
    const std::string path = cache_.path_of(kAcme);
    const std::string good = content_of(path);
    for (const std::size_t at :
         {std::size_t{0}, std::size_t{40}, good.size() / 2, good.size() - 1}) {
        std::string damaged = good;
        damaged[at] = static_cast<char>(damaged[at] ^ 0x20);
        write(path, damaged);
        EXPECT_TRUE(finds(cache_.compile(kAcme), "ACME 1")) << at;
        EXPECT_EQ(content_of(path), good) << at;
    }
    for (const std::size_t size :
         {std::size_t{0}, std::size_t{29}, std::size_t{61}, good.size() - 1}) {
        write(path, good.substr(0, size));
        EXPECT_TRUE(finds(cache_.compile(kAcme), "ACME 1")) << size;
        EXPECT_EQ(content_of(path), good) << size;
    }
}

TEST_F(HyperscanCache, AFileThatOthersMayWriteIsNotBelieved) {
    swap_in_other();
    ASSERT_EQ(::chmod(cache_.path_of(kAcme).c_str(), 0666), 0);
    EXPECT_FALSE(finds(cache_.compile(kAcme), "OTHER"));
}

TEST_F(HyperscanCache, ALinkIsNotFollowed) {
    swap_in_other();
    const std::string path = cache_.path_of(kAcme);
    fs::rename(path, directory_ + "/elsewhere");
    fs::create_symlink(directory_ + "/elsewhere", path);
    EXPECT_FALSE(finds(cache_.compile(kAcme), "OTHER"));
}

TEST_F(HyperscanCache, ADirectoryThatCannotBeMadeCostsNothingButTime) {
    write(directory_ + "/file", "");
    const Cache cache{directory_ + "/file/below"};
    EXPECT_TRUE(finds(cache.compile(kAcme), "ACME 1"));
}

TEST_F(HyperscanCache, MissingDirectoriesAreMade) {
    const Cache cache{directory_ + "/a/b"};
    EXPECT_TRUE(cache.compile(kAcme));
    EXPECT_TRUE(fs::exists(cache.path_of(kAcme)));
    EXPECT_EQ(std::distance(fs::directory_iterator{directory_ + "/a/b"}, fs::directory_iterator{}),
              1)
        << "nothing unfinished is left";
}

TEST(HyperscanCacheOff, KeepsNothing) {
    EXPECT_TRUE(Cache{}.compile(kAcme));
    EXPECT_EQ(Cache{}.path_of(kAcme), "");
}

TEST_F(HyperscanCache, ABrokenPatternIsAnErrorAndKeepsNothing) {
    const std::vector<Pattern> broken{{"^A(", 1}};
    const auto compiled = cache_.compile(broken);
    ASSERT_FALSE(compiled);
    EXPECT_NE(compiled.error().message.find("^A("), std::string::npos);
    EXPECT_FALSE(fs::exists(cache_.path_of(broken)));
}

}  // namespace
}  // namespace hyperscan
