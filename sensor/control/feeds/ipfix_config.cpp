#include "sensor/control/feeds/ipfix_config.h"

#include "sensor/control/feeds/listen_config.h"

namespace sensor::control {

IpfixConfig read_ipfix_config(const yaml::Node& node, yaml::Problems& problems) {
    IpfixConfig config;
    const std::size_t errors = problems.errors();
    yaml::Map map{node, "feeds.ipfix", problems};
    config.udp = read_endpoints(map.optional("udp"), problems);
    config.tcp = read_endpoints(map.optional("tcp"), problems);
    config.exporters = read_prefixes(map.optional("exporters"), problems);
    const yaml::Node lifetime = map.optional("template_lifetime");
    if (const auto duration = as_duration(lifetime, problems)) {
        if (*duration < std::chrono::minutes{1})
            problems.error(lifetime.place(), "template_lifetime must be at least 1m");
        config.limits.lifetime = *duration;
    }
    map.finish();
    const bool listens = !config.udp.empty() || !config.tcp.empty();
    if (listens && config.exporters.empty()) {
        problems.error(node.place(),
                       "feeds.ipfix hears nobody: give `exporters`, the address "
                       "blocks that may send");
    }
    if (node.defined() && !listens && problems.errors() == errors) {
        problems.error(node.place(),
                       "feeds.ipfix listens nowhere: give `udp`, `tcp` or both: 0.0.0.0:4739");
    }
    return config;
}

}  // namespace sensor::control
