#include "sensor/control/feeds_config.h"

namespace sensor::control {

FeedsConfig read_feeds_config(const yaml::Node& document, yaml::Problems& problems) {
    FeedsConfig config;
    yaml::Problems elsewhere;  // what else the document says is for others to read
    yaml::Map whole{document, "identity.yaml", elsewhere};
    yaml::Map map{whole.optional("feeds"), "feeds", problems};
    config.radius = read_radius_config(map.optional("radius"), problems);
    config.ipfix = read_ipfix_config(map.optional("ipfix"), problems);
    map.finish();
    return config;
}

}  // namespace sensor::control
