#include "sensor/control/feeds/feeds_config.h"

namespace sensor::control {

bool FeedsConfig::any() const noexcept {
    return http.is_on || !directory.path.empty() || !radius.listen.empty() || radius.mirrored ||
           !ipfix.udp.empty() || !ipfix.tcp.empty() || !syslog.udp.empty() || !syslog.tcp.empty() ||
           !syslog.tls.empty();
}

FeedsConfig read_feeds_config(const yaml::Node& document, yaml::Problems& problems) {
    FeedsConfig config;
    yaml::Problems elsewhere;  // what else the document says is for others to read
    yaml::Map whole{document, "identity.yaml", elsewhere};
    yaml::Map map{whole.optional("feeds"), "feeds", problems};
    config.http = read_http_feed_config(map.optional("http"), problems);
    config.directory = read_directory_feed_config(map.optional("directory"), problems);
    config.radius = read_radius_config(map.optional("radius"), problems);
    config.ipfix = read_ipfix_config(map.optional("ipfix"), problems);
    config.syslog = read_syslog_config(map.optional("syslog"), problems);
    map.finish();
    return config;
}

}  // namespace sensor::control
