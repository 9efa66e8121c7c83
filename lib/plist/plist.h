// Apple's property lists in XML (PropertyList-1.0.dtd), read by expat. The only folder that
// includes <expat.h>. Cold path.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "lib/result/result.h"

namespace plist {

inline constexpr std::size_t kMostDepth = 64;  ///< of dict and array in each other

/// Whether `text` begins as XML does.
[[nodiscard]] bool looks_like_xml(std::string_view text) noexcept;

/// The property list as JSON, which is at most some times as long: dict becomes an object, data
/// its Base64 and date its text. A document that declares entities is refused, and nothing outside
/// of it is ever read. The error says what is wrong and in which line.
[[nodiscard]] result::Result<std::string> to_json(std::string_view xml);

}  // namespace plist
