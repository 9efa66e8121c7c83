// Which events a feed may hand on: those that the journal can write and read back. Cold path.
#pragma once

#include <string>

#include "sensor/model/event.h"

namespace sensor::attribute::feeds {

inline constexpr std::size_t kMostIds = 64;  ///< further ids of one device in one event

/// What is wrong with it, "expected the app's id as ..."; empty if nothing is.
[[nodiscard]] std::string objection_to(const IdentityEvent& event);

/// Makes the names in it readable: of devices, users, versions and processes. Ids stay as they are.
void make_names_readable(IdentityEvent& event);

}  // namespace sensor::attribute::feeds
