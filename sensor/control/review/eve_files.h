// Recorded EVE files: their lines one after another, and any of them again. Cold path.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "lib/json/reader.h"

namespace sensor::control {

/// Where a record stands, so that it can be read again.
struct RecordPlace {
    std::uint64_t offset = 0;  ///< bytes from the file's start
    std::uint32_t length = 0;  ///< bytes, without the line's end
    std::uint32_t file = 0;    ///< place in the list of files
};

class EveFiles {
  public:
    static constexpr std::size_t kMaxLine = 1U << 20U;  ///< bytes; records have a few thousand
    static constexpr std::size_t kMaxNotes = 10;
    static constexpr std::size_t kBlock = 256U << 10U;  ///< bytes
    static constexpr std::size_t kBlocks = 64;

    /// Regular files, since records are read again; anything else is an error.
    [[nodiscard]] static result::Result<EveFiles> open(const std::vector<std::string>& paths);
    EveFiles(EveFiles&&) noexcept;
    EveFiles& operator=(EveFiles&&) = delete;
    ~EveFiles();

    /// The record is borrowed. An error rejects the line, and reading goes on.
    using Visit = std::function<result::Status(const json::Value& record, const RecordPlace&)>;
    /// Reads every line that is not blank. An error if a file cannot be read to its end.
    [[nodiscard]] result::Status scan(const Visit& visit);
    /// A record that scan() visited, borrowed until the next call. Cheap for records that stand
    /// near those read before, since files are read in blocks, of which kBlocks are kept.
    [[nodiscard]] result::Result<json::Value> read(const RecordPlace& place);
    /// Why the record is no longer what scan() visited.
    [[nodiscard]] result::Error changed(const RecordPlace& place, const std::string& why) const;

    /// "eve.json:12: expected ...", of the first kMaxNotes lines that were rejected.
    [[nodiscard]] const std::vector<std::string>& notes() const noexcept { return notes_; }
    [[nodiscard]] std::uint64_t rejected() const noexcept { return rejected_; }

  private:
    struct File {
        std::string path;
        int descriptor;
    };
    /// Some bytes of a file; none if it is not in use.
    struct Block {
        std::uint64_t number = 0;  ///< in its file
        std::uint32_t file = 0;
        std::string bytes;
    };
    EveFiles() = default;
    [[nodiscard]] result::Result<const Block*> block_of(std::uint32_t file, std::uint64_t number);
    [[nodiscard]] result::Status scan(std::uint32_t number, const Visit& visit);
    void take(std::uint64_t line, const RecordPlace& place, const Visit& visit);
    void reject(std::uint64_t line, std::uint32_t file, const std::string& why);

    std::vector<File> files_;
    std::string text_;  // of the record that was read last; its parts are borrowed
    json::Reader reader_;
    std::vector<Block> blocks_;
    std::vector<std::string> notes_;
    std::uint64_t rejected_ = 0;
};

}  // namespace sensor::control
