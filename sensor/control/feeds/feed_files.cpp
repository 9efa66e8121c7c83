#include "sensor/control/feeds/feed_files.h"

#include <filesystem>

#include "lib/tls/files.h"
#include "sensor/control/feeds/token_file.h"
#include "sensor/control/secret_file.h"

namespace sensor::control {
namespace {

void check_tokens(const ConfiguredFile& file, yaml::Problems& problems) {
    if (file.empty()) return;
    const auto text = read_secret_file(file.place, file.path, problems);
    if (!text) return;
    const auto tokens = parse_tokens(*text, file.path);
    if (!tokens) problems.error(file.place, tokens.error().message);
}

/// Where the file stands that `objection` begins with.
const yaml::Place& place_of(const std::string& objection, const HttpFeedConfig& config) {
    for (const ConfiguredFile* file : {&config.key, &config.client_ca})
        if (!file->empty() && objection.starts_with(file->path + ": ")) return file->place;
    return config.certificate.place;
}

void check_tls(const HttpFeedConfig& config, yaml::Problems& problems) {
    if (!config.has_tls()) return;
    warn_of_others(config.key.place, config.key.path, problems);
    const std::string objection = tls::objection(config.tls_files());
    if (!objection.empty()) problems.error(place_of(objection, config), objection);
}

void check_tls(const SyslogConfig& config, yaml::Problems& problems) {
    if (config.tls.empty()) return;
    warn_of_others(config.tls_place, config.tls_files.key, problems);
    const std::string objection = tls::objection(config.tls_files);
    if (!objection.empty()) problems.error(config.tls_place, objection);
}

void check_directory(const DirectoryFeedConfig& config, yaml::Problems& problems) {
    if (config.path.empty()) return;
    std::error_code failed;
    const auto status = std::filesystem::status(config.path, failed);
    if (std::filesystem::is_directory(status)) return;
    const bool is_there = std::filesystem::exists(status);
    problems.error(config.place, config.path + (is_there ? " is no directory" : " is not there") +
                                     "; make the directory, writable for whom the daemon runs as");
}

}  // namespace

void check_feed_files(const FeedsConfig& config, yaml::Problems& problems) {
    check_tokens(config.http.token_file, problems);
    check_tls(config.http, problems);
    check_tls(config.syslog, problems);
    check_directory(config.directory, problems);
}

}  // namespace sensor::control
