// Compiled pattern sets kept on disk, so that a start does not compile what an earlier one has.
//
// A file is named by a digest of everything that went into it: the patterns, Hyperscan's version
// and the CPU's features. Whatever does not fit, or was damaged, is compiled anew and replaced.
#pragma once

#include <span>
#include <string>

#include "lib/hyperscan/database.h"

namespace hyperscan {

class Cache {
  public:
    /// Keeps nothing: every set is compiled.
    Cache() = default;
    /// Keeps files in `directory`, which is made when needed. Only files of the process's own user
    /// that nobody else may write are believed: Hyperscan runs what stands in them.
    explicit Cache(std::string directory) : directory_{std::move(directory)} {}

    /// As Database::compile. A directory that cannot be written costs time and nothing else.
    [[nodiscard]] result::Result<Database> compile(std::span<const Pattern> patterns) const;

    /// The file in which `patterns` are kept; empty without a directory.
    [[nodiscard]] std::string path_of(std::span<const Pattern> patterns) const;
    [[nodiscard]] const std::string& directory() const noexcept { return directory_; }

  private:
    std::string directory_;
};

}  // namespace hyperscan
