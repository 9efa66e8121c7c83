// What a process may do (capabilities(7), credentials(7)), by libcap-ng. The only folder that
// includes <cap-ng.h>.
//
// The kernel keeps all of it for each thread by itself: call these while there is one, and those
// made later inherit.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "lib/result/result.h"

namespace privileges {

struct User {
    std::string name;
    uid_t uid = 0;
    gid_t gid = 0;
    std::string home;
};

/// Nothing if this machine knows none of that name.
[[nodiscard]] std::optional<User> find_user(const std::string& name);
/// The user this process acts as.
[[nodiscard]] uid_t current_user() noexcept;

/// Capabilities, as capabilities(7) has them but in lower case and without cap_: "net_raw".
using Capabilities = std::vector<std::string>;

/// Gives up all capabilities but those of `kept` that the process has, for good: what it executes
/// gets none either. One line on failure.
[[nodiscard]] result::Status keep_only(const Capabilities& kept);

/// As keep_only(), and the process acts as `user` with its groups from now on. The environment
/// names the user's home, and no directories of the session before.
[[nodiscard]] result::Status become(const User& user, const Capabilities& kept);

}  // namespace privileges
