// `outputs` in sensor.yaml: where records go besides --eve.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lib/net/endpoint.h"
#include "lib/tls/client.h"
#include "lib/yaml/yaml.h"
#include "sensor/report/encoding.h"

namespace sensor::control {

struct OutputConfig {
    enum class Kind : std::uint8_t { kFile, kUnixStream, kUnixDatagram, kUdp, kTcp, kTls };

    std::string name;  ///< of its directory in the spool, and in metrics
    Kind kind = Kind::kFile;
    std::string path{};        ///< of a file or a Unix socket
    net::Endpoint endpoint{};  ///< of a syslog receiver
    tls::ClientFiles tls{};
    report::Encoding encoding = report::Encoding::kEve;
    bool findings = true;
    bool flows = false;
    std::uint64_t spool_bytes = std::uint64_t{64} << 20U;
    yaml::Place place{};

    [[nodiscard]] bool is_syslog() const noexcept { return kind >= Kind::kUdp; }
    /// For people: "/var/log/offport/ecs.json", "tls 192.0.2.1:6514".
    [[nodiscard]] std::string destination() const;
};

/// `node` is undefined if there is no such key.
[[nodiscard]] std::vector<OutputConfig> read_outputs(const yaml::Node& node,
                                                     yaml::Problems& problems);

}  // namespace sensor::control
