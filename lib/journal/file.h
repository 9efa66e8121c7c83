// Files that must be on the disk when it is said that they are. Cold path.
#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

#include "lib/descriptor/descriptor.h"
#include "lib/result/result.h"

namespace journal {

using File = descriptor::Descriptor;

/// "cannot WHAT PATH: " and what errno says.
[[nodiscard]] result::Error failure(const std::string& what, const std::string& path);
/// `flags` are those of open(2); a file that is made is its owner's alone.
[[nodiscard]] result::Result<File> open_file(const std::string& path, int flags);
[[nodiscard]] result::Status write_all(const File& file, std::string_view text,
                                       const std::string& path);
/// So that a name that was made or changed survives a crash.
[[nodiscard]] result::Status sync_directory(const std::string& directory);
/// Makes the directory, for its owner alone, if it is not there, and what leads there.
[[nodiscard]] result::Status make_private_directory(const std::string& directory);
/// The same; nobody else has it until the File is closed.
[[nodiscard]] result::Result<File> lock_directory(const std::string& directory);

/// Calls visit(line) for each whole line of the file, in pieces of bounded size. One line on
/// failure; it fails soon once `stop` is asked for.
[[nodiscard]] result::Status read_lines(const std::string& path,
                                        const std::function<void(std::string_view)>& visit,
                                        const std::stop_token& stop = {});

/// Puts what `write` gives its argument into the place of `path`, or leaves what was there: also
/// once `stop` is asked for.
[[nodiscard]] result::Status replace_file(
    const std::string& path,
    const std::function<void(const std::function<void(std::string_view)>&)>& write,
    const std::stop_token& stop = {});

}  // namespace journal
