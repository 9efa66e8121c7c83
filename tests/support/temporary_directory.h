// A directory that is gone, with all that is in it, when its test is over.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "lib/bytes/byte_cursor.h"

namespace test {

class TemporaryDirectory {
  public:
    TemporaryDirectory() {
        std::string pattern = (std::filesystem::temp_directory_path() / "offport-XXXXXX").string();
        EXPECT_NE(::mkdtemp(pattern.data()), nullptr);
        root_ = pattern;
    }
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
    ~TemporaryDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(root_, ignored);
    }

    [[nodiscard]] std::string path(std::string_view name = {}) const {
        return name.empty() ? root_.string() : (root_ / name).string();
    }
    /// Creates or replaces a file and returns its path.
    std::string write(std::string_view name, bytes::View content) const {
        const std::string_view text = bytes::text_of(content);
        std::ofstream file{path(name), std::ios::binary | std::ios::trunc};
        file.write(text.data(), static_cast<std::streamsize>(text.size()));
        EXPECT_TRUE(file.good());
        return path(name);
    }
    std::string write(std::string_view name, std::string_view content) const {
        return write(name, bytes::view_of(content));
    }

  private:
    std::filesystem::path root_;
};

}  // namespace test
