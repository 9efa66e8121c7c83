#include "lib/privileges/privileges.h"

#include <cerrno>
#include <cstdlib>
#include <system_error>

#include <cap-ng.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <unistd.h>

namespace privileges {
namespace {

constexpr auto kInUse = static_cast<capng_type_t>(CAPNG_EFFECTIVE | CAPNG_PERMITTED);

result::Error failure(const std::string& what) {
    return result::Error{what + ": " + std::generic_category().message(errno)};
}

/// What the next capng_apply() leaves. Whether the bounding set can be emptied, too.
bool choose(const Capabilities& kept) {
    capng_get_caps_process();
    const bool can_bound = capng_have_capability(CAPNG_EFFECTIVE, CAP_SETPCAP) != 0;
    std::vector<unsigned> numbers;
    for (const std::string& name : kept) {
        const int number = capng_name_to_capability(name.c_str());
        if (number < 0) continue;
        const auto capability = static_cast<unsigned>(number);
        if (capng_have_capability(CAPNG_PERMITTED, capability) != 0) numbers.push_back(capability);
    }
    capng_clear(CAPNG_SELECT_BOTH);
    for (const unsigned number : numbers)
        capng_update(CAPNG_ADD, kInUse, number);
    return can_bound;
}

result::Status gain_nothing_more() {
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0) return result::Done{};
    return failure("no_new_privs cannot be set");
}

// NOLINTBEGIN(concurrency-mt-unsafe): there is one thread
void change_environment(const User& user) {
    ::setenv("HOME", user.home.c_str(), 1);
    ::setenv("USER", user.name.c_str(), 1);
    ::setenv("LOGNAME", user.name.c_str(), 1);
    for (const char* name : {"RUNTIME_DIRECTORY", "XDG_RUNTIME_DIR", "XDG_CACHE_HOME"})
        ::unsetenv(name);
}
// NOLINTEND(concurrency-mt-unsafe)

}  // namespace

std::optional<User> find_user(const std::string& name) {
    const passwd* entry = ::getpwnam(name.c_str());  // NOLINT(concurrency-mt-unsafe): one thread
    if (entry == nullptr) return std::nullopt;
    return User{.name = name, .uid = entry->pw_uid, .gid = entry->pw_gid, .home = entry->pw_dir};
}

uid_t current_user() noexcept {
    return ::geteuid();
}

result::Status keep_only(const Capabilities& kept) {
    const bool can_bound = choose(kept);
    if (can_bound && capng_apply(CAPNG_SELECT_BOUNDS) != 0) {
        return failure("the capability bounding set cannot be emptied");
    }
    if (capng_apply(CAPNG_SELECT_CAPS) != 0) return failure("capabilities cannot be given up");
    return gain_nothing_more();
}

result::Status become(const User& user, const Capabilities& kept) {
    choose(kept);
    const auto how = static_cast<capng_flags_t>(CAPNG_INIT_SUPP_GRP | CAPNG_CLEAR_BOUNDING);
    if (capng_change_id(static_cast<int>(user.uid), static_cast<int>(user.gid), how) != 0) {
        return failure("cannot become user '" + user.name + "'");
    }
    change_environment(user);
    return gain_nothing_more();
}

}  // namespace privileges
