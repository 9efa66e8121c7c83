#include "sensor/control/review/eve_files.h"

#include <cerrno>
#include <cstring>
#include <string_view>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sensor::control {
namespace {

std::string last_error() {
    return std::generic_category().message(errno);
}

/// A file's lines, from one buffer that is filled anew.
class Lines {
  public:
    explicit Lines(int descriptor)
        : descriptor_{descriptor}, buffer_(kChunk + EveFiles::kMaxLine) {}

    struct Line {
        std::uint64_t offset = 0;
        std::uint64_t length = 0;
        std::string_view text;  ///< borrowed until the next line; empty if it is too long
    };
    /// False at the end, or if the file cannot be read: then failed().
    bool next(Line& line) {
        line = {.offset = offset_, .length = 0, .text = {}};
        std::size_t searched = 0;
        for (bool is_long = false;;) {
            const char* start = buffer_.data() + from_;
            const void* feed = std::memchr(start + searched, '\n', until_ - from_ - searched);
            if (feed != nullptr) {
                const auto size = static_cast<std::size_t>(static_cast<const char*>(feed) - start);
                return give(line, size, size + 1, is_long);
            }
            searched = until_ - from_;
            if (searched >= EveFiles::kMaxLine) {
                is_long = true;
                line.length += searched;
                skip(searched);
                searched = 0;
            }
            if (fill()) continue;
            if (until_ == from_ && line.length == 0) return false;
            return give(line, until_ - from_, until_ - from_, is_long);
        }
    }
    [[nodiscard]] bool failed() const noexcept { return failed_; }

  private:
    static constexpr std::size_t kChunk = 1U << 20U;

    bool give(Line& line, std::size_t size, std::size_t taken, bool is_long) {
        line.length += size;
        if (!is_long) line.text = {buffer_.data() + from_, size};
        skip(taken);
        return true;
    }
    void skip(std::size_t bytes) {
        from_ += bytes;
        offset_ += bytes;
    }
    bool fill() {
        std::memmove(buffer_.data(), buffer_.data() + from_, until_ - from_);
        until_ -= std::exchange(from_, 0);
        const ssize_t got = ::pread(descriptor_, buffer_.data() + until_, buffer_.size() - until_,
                                    static_cast<off_t>(offset_ + until_));
        failed_ = got < 0;
        if (got > 0) until_ += static_cast<std::size_t>(got);
        return got > 0;
    }

    int descriptor_;
    std::vector<char> buffer_;
    std::size_t from_ = 0;  // what is between them is not yet given
    std::size_t until_ = 0;
    std::uint64_t offset_ = 0;  // of `from_` in the file
    bool failed_ = false;
};

}  // namespace

result::Result<EveFiles> EveFiles::open(const std::vector<std::string>& paths) {
    EveFiles files;
    for (const std::string& path : paths) {
        const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
        if (descriptor < 0) return result::Error{path + ": " + last_error()};
        files.files_.push_back({path, descriptor});
        struct stat status {};
        if (::fstat(descriptor, &status) != 0) return result::Error{path + ": " + last_error()};
        if (!S_ISREG(status.st_mode)) {
            return result::Error{path +
                                 ": is not a regular file; records are read twice, write them to "
                                 "a file first"};
        }
    }
    return files;
}

EveFiles::EveFiles(EveFiles&& other) noexcept
    : files_{std::exchange(other.files_, {})},
      text_{std::move(other.text_)},
      reader_{std::move(other.reader_)},
      blocks_{std::move(other.blocks_)},
      notes_{std::move(other.notes_)},
      rejected_{other.rejected_} {}

EveFiles::~EveFiles() {
    for (const File& file : files_)
        ::close(file.descriptor);
}

void EveFiles::reject(std::uint64_t line, std::uint32_t file, const std::string& why) {
    ++rejected_;
    if (notes_.size() == kMaxNotes) return;
    notes_.push_back(files_[file].path + ":" + std::to_string(line) + ": " + why);
}

void EveFiles::take(std::uint64_t line, const RecordPlace& place, const Visit& visit) {
    const auto record = reader_.parse(text_);
    if (!record) {
        return reject(line, place.file, "expected one JSON object: " + record.error().message);
    }
    if (!record->is_object()) return reject(line, place.file, "expected one JSON object");
    if (const auto taken = visit(*record, place); !taken) {
        reject(line, place.file, taken.error().message);
    }
}

result::Status EveFiles::scan(std::uint32_t number, const Visit& visit) {
    Lines lines{files_[number].descriptor};
    Lines::Line line;
    for (std::uint64_t count = 1; lines.next(line); ++count) {
        if (line.length > kMaxLine) {
            reject(count, number, "expected lines of at most 1 MiB");
            continue;
        }
        if (line.text.find_first_not_of(" \t\r") == std::string_view::npos) continue;
        text_.assign(line.text);
        take(count,
             {.offset = line.offset,
              .length = static_cast<std::uint32_t>(line.length),
              .file = number},
             visit);
    }
    if (lines.failed()) return result::Error{files_[number].path + ": " + last_error()};
    return result::Done{};
}

result::Status EveFiles::scan(const Visit& visit) {
    for (std::uint32_t number = 0; number < files_.size(); ++number) {
        if (auto read = scan(number, visit); !read) return read;
    }
    return result::Done{};
}

/// Neighbours in a file have blocks of their own, so that records of one stretch stay together.
result::Result<const EveFiles::Block*> EveFiles::block_of(std::uint32_t file,
                                                          std::uint64_t number) {
    if (blocks_.empty()) blocks_.resize(kBlocks);
    constexpr std::uint64_t kStride = 17;  // files begin at different blocks
    Block& block = blocks_[(number + file * kStride) % kBlocks];
    if (!block.bytes.empty() && block.file == file && block.number == number) return &block;
    block.file = file;
    block.number = number;
    block.bytes.resize(kBlock);
    const ssize_t got = ::pread(files_[file].descriptor, block.bytes.data(), kBlock,
                                static_cast<off_t>(number * kBlock));
    block.bytes.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
    if (got < 0) return result::Error{files_[file].path + ": " + last_error()};
    return &block;
}

result::Result<json::Value> EveFiles::read(const RecordPlace& place) {
    text_.clear();
    while (text_.size() < place.length) {
        const std::uint64_t at = place.offset + text_.size();
        const auto block = block_of(place.file, at / kBlock);
        if (!block) return block.error();
        const std::string& bytes = (*block)->bytes;
        if (bytes.size() <= at % kBlock) break;
        text_.append(bytes, at % kBlock, place.length - text_.size());
    }
    auto record =
        text_.size() == place.length ? reader_.parse(text_) : result::Error{"it became shorter"};
    if (!record) return changed(place, record.error().message);
    return record;
}

result::Error EveFiles::changed(const RecordPlace& place, const std::string& why) const {
    return {files_[place.file].path + " was changed while it was read: " + why};
}

}  // namespace sensor::control
