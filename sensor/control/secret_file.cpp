#include "sensor/control/secret_file.h"

#include <sys/stat.h>

namespace sensor::control {

void warn_of_others(const yaml::Place& place, const std::string& path, yaml::Problems& problems) {
    constexpr unsigned kOthers = S_IROTH | S_IWOTH;
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0 || (status.st_mode & kOthers) == 0) return;
    problems.warning(place, "other users can read or change the secret in " + path +
                                "; `chmod o= " + path + "`");
}

std::optional<std::string> read_secret_file(const yaml::Place& place, const std::string& path,
                                            yaml::Problems& problems) {
    warn_of_others(place, path, problems);
    auto text = yaml::read_text(path);
    if (text) return *std::move(text);
    problems.error(place, path + ": " + text.error().message);
    return std::nullopt;
}

}  // namespace sensor::control
