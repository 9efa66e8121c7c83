#include "lib/hyperscan/cache.h"

#include <array>
#include <cerrno>
#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include <fcntl.h>
#include <hs.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/digest/digest.h"

namespace hyperscan {
namespace {

/// In front of the serialised database: what it is, and a digest of the rest.
constexpr std::string_view kMagic = "offport hyperscan database 1\n";
constexpr std::size_t kDigestBytes = 32;
constexpr std::size_t kMostBytes = std::size_t{256} << 20U;

class File {
  public:
    File(const std::string& path, int flags) noexcept
        : descriptor_{::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR)} {}
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    ~File() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    [[nodiscard]] bool is_open() const noexcept { return descriptor_ >= 0; }
    [[nodiscard]] int get() const noexcept { return descriptor_; }

  private:
    int descriptor_;
};

std::string text_of(const std::array<std::uint8_t, kDigestBytes>& digest) {
    return {digest.begin(), digest.end()};
}

/// The bytes of a file that only this user can have written; nothing otherwise.
std::optional<std::string> read_trusted(const std::string& path) {
    const File file{path, O_RDONLY};
    struct stat status {};
    if (!file.is_open() || ::fstat(file.get(), &status) != 0) return std::nullopt;
    const bool is_ours = S_ISREG(status.st_mode) && status.st_uid == ::geteuid() &&
                         (status.st_mode & (S_IWGRP | S_IWOTH)) == 0;
    if (!is_ours || status.st_size < 0) return std::nullopt;
    const auto size = static_cast<std::size_t>(status.st_size);
    if (size > kMostBytes) return std::nullopt;
    std::string content(size, '\0');
    std::size_t filled = 0;
    while (filled < size) {
        const auto got = ::read(file.get(), content.data() + filled, size - filled);
        if (got <= 0) return std::nullopt;
        filled += static_cast<std::size_t>(got);
    }
    return content;
}

/// Written beside its place and moved there, so that nobody ever reads half of it.
void write_whole(const std::string& path, std::string_view content) {
    const std::string unfinished = path + "." + std::to_string(::getpid());
    bool is_written = false;
    {
        const File file{unfinished, O_WRONLY | O_CREAT | O_TRUNC};
        if (!file.is_open()) return;
        while (!content.empty()) {
            const auto put = ::write(file.get(), content.data(), content.size());
            if (put <= 0) break;
            content.remove_prefix(static_cast<std::size_t>(put));
        }
        is_written = content.empty();
    }
    if (!is_written || ::rename(unfinished.c_str(), path.c_str()) != 0) {
        ::unlink(unfinished.c_str());
    }
}

}  // namespace

std::string Cache::path_of(std::span<const Pattern> patterns) const {
    if (directory_.empty()) return {};
    hs_platform_info platform{};
    hs_populate_platform(&platform);
    std::string inputs{kMagic};
    inputs += hs_version();
    inputs += "\n" + std::to_string(platform.tune) + " " + std::to_string(platform.cpu_features);
    for (const Pattern& pattern : patterns) {
        inputs += "\n" + std::to_string(pattern.id) + " " +
                  std::to_string(pattern.expression.size()) + " " + pattern.expression;
    }
    const auto digest = digest::sha256(bytes::view_of(inputs));
    constexpr std::size_t kNameBytes = 16;
    return directory_ + "/" + digest::hexadecimal(bytes::View{digest}.first(kNameBytes)) + ".hsdb";
}

result::Result<Database> Cache::compile(std::span<const Pattern> patterns) const {
    if (directory_.empty()) return Database::compile(patterns);
    const std::string path = path_of(patterns);
    constexpr std::size_t kHead = kMagic.size() + kDigestBytes;
    if (const auto kept = read_trusted(path); kept && kept->size() > kHead) {
        const std::string_view body = std::string_view{*kept}.substr(kHead);
        const std::string expected =
            std::string{kMagic} + text_of(digest::sha256(bytes::view_of(body)));
        if (kept->starts_with(expected)) {
            if (auto database = Database::deserialise(body)) return std::move(*database);
        }
    }
    auto compiled = Database::compile(patterns);
    if (!compiled) return compiled;
    std::error_code ignored;  // a directory that cannot be made shows when the file is written
    std::filesystem::create_directories(directory_, ignored);
    if (const std::string body = compiled->serialise(); !body.empty()) {
        write_whole(path,
                    std::string{kMagic} + text_of(digest::sha256(bytes::view_of(body))) + body);
    }
    return compiled;
}

}  // namespace hyperscan
