#include "sensor/control/feeds/radius_config.h"

#include <cstdlib>

#include "sensor/control/feeds/listen_config.h"
#include "sensor/control/secret_file.h"
#include "sensor/model/prefix_reader.h"

namespace sensor::control {
namespace {

namespace feeds = attribute::feeds;
using feeds::radius::GroupSource;

/// What the file holds, without the end of its line. Empty, and reported, if that is no secret.
std::string secret_of_file(const yaml::Node& node, const std::string& path,
                           yaml::Problems& problems) {
    auto text = read_secret_file(node.place(), path, problems);
    if (!text) return {};
    const std::size_t end = text->find_last_not_of("\r\n");
    text->erase(end == std::string::npos ? 0 : end + 1);
    if (text->empty()) problems.error(node.place(), path + " is empty; write the secret into it");
    return *std::move(text);
}

std::string secret_of_variable(const yaml::Node& node, const std::string& name,
                               yaml::Problems& problems) {
    const char* value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe): nobody sets it
    if (value != nullptr && *value != '\0') return value;
    problems.error(node.place(), "there is no variable '" + name +
                                     "' in the environment; set it, or give `secret_file`");
    return {};
}

std::string read_secret(yaml::Map& map, const yaml::Node& client, yaml::Problems& problems) {
    const yaml::Node file = map.optional("secret_file");
    const yaml::Node variable = map.optional("secret_env");
    if (file.defined() == variable.defined()) {
        problems.error(client.place(),
                       "a RADIUS client needs its secret from one place: give "
                       "`secret_file` or `secret_env`");
        return {};
    }
    if (const auto path = as_text(file, problems)) return secret_of_file(file, *path, problems);
    if (const auto name = as_text(variable, problems))
        return secret_of_variable(variable, *name, problems);
    return {};
}

void read_client(const yaml::Node& node, RadiusConfig& config, yaml::Problems& problems) {
    yaml::Map map{node, "a RADIUS client", problems};
    feeds::RadiusClient client;
    const yaml::Node address = map.required("address");
    if (const auto text = as_text(address, problems)) {
        const auto prefix = read_prefix(*text);
        if (!prefix) problems.error(address.place(), prefix.error().message);
        if (prefix) client.address = *prefix;
    }
    client.secret = read_secret(map, node, problems);
    map.finish();
    for (const feeds::RadiusClient& other : config.clients) {
        if (other.address != client.address || !address.defined()) continue;
        problems.error(address.place(), "there is a RADIUS client " + to_string(client.address) +
                                            " already; remove one");
    }
    config.clients.push_back(std::move(client));
}

std::vector<GroupSource> read_sources(const yaml::Node& node, std::vector<GroupSource> otherwise,
                                      yaml::Problems& problems) {
    if (!node.defined()) return otherwise;
    std::vector<std::string_view> names;
    for (std::size_t i = 0; i < static_cast<std::size_t>(GroupSource::kCount); ++i)
        names.push_back(name_of(static_cast<GroupSource>(i)));
    std::vector<GroupSource> sources;
    for (const yaml::Node& element : node.elements()) {
        const auto word = as_word(element, names, problems);
        for (std::size_t i = 0; word && i < names.size(); ++i)
            if (names[i] == *word) sources.push_back(static_cast<GroupSource>(i));
    }
    return sources;
}

}  // namespace

RadiusConfig read_radius_config(const yaml::Node& node, yaml::Problems& problems) {
    RadiusConfig config;
    const std::size_t errors = problems.errors();
    yaml::Map map{node, "feeds.radius", problems};
    config.listen = read_endpoints(map.optional("listen"), problems);
    for (const yaml::Node& client : map.optional("clients").elements())
        read_client(client, config, problems);
    config.group_sources =
        read_sources(map.optional("app_group"), std::move(config.group_sources), problems);
    const auto flag = [&](std::string_view key, bool& value) {
        if (const auto is_set = as_bool(map.optional(key), problems)) value = *is_set;
    };
    flag("reply", config.reply);
    flag("mirrored", config.mirrored);
    flag("trust_unverified", config.trust_unverified);
    map.finish();
    if (!config.listen.empty() && config.clients.empty()) {
        problems.error(node.place(),
                       "feeds.radius hears nobody: give `clients`, each with its "
                       "`address` and `secret_file`");
    }
    const bool hears = !config.listen.empty() || config.mirrored;
    if (node.defined() && !hears && problems.errors() == errors) {
        problems.error(node.place(),
                       "feeds.radius listens nowhere: give `listen`, such as 0.0.0.0:1813, or "
                       "`mirrored: true`");
    }
    if (config.mirrored && config.clients.empty() && !config.trust_unverified) {
        problems.error(node.place(),
                       "feeds.radius can verify nothing that is mirrored: give "
                       "`clients` with their secrets, or `trust_unverified: true`");
    }
    return config;
}

feeds::RadiusReader::Options radius_reader_options(const RadiusConfig& config,
                                                   const std::vector<AppGroup>& groups) {
    feeds::RadiusReader::Options options{.clients = config.clients,
                                         .groups = {.sources = config.group_sources, .known = {}}};
    for (const AppGroup& group : groups)
        options.groups.known.push_back(group.name);
    return options;
}

}  // namespace sensor::control
