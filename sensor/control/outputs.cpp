#include "sensor/control/outputs.h"

#include <algorithm>

#include "lib/net/connect.h"
#include "sensor/report/carrier.h"
#include "sensor/report/wording.h"

namespace sensor::control {
namespace {

using Kind = OutputConfig::Kind;
using metrics::Family;
using metrics::Type;

result::Error error_of(const OutputConfig& output, const std::string& what) {
    return result::Error{"output '" + output.name + "' in sensor.yaml: " + what};
}

std::unique_ptr<report::Carrier> carrier_of(const OutputConfig& output) {
    switch (output.kind) {
        case Kind::kFile: return report::file_carrier(output.path);
        case Kind::kUnixStream: return report::unix_stream_carrier(output.path);
        case Kind::kUnixDatagram: return report::unix_datagram_carrier(output.path);
        case Kind::kUdp: return report::udp_carrier(output.endpoint);
        case Kind::kTcp: return report::tcp_carrier(output.endpoint, report::Framing::kOctets);
        case Kind::kTls: return report::tls_carrier(output.endpoint, output.tls);
    }
    return nullptr;
}

/// What can be known to be wrong before the first record; empty if nothing.
std::string objection_to(const OutputConfig& output) {
    if (output.kind == Kind::kTls) return tls::objection(output.tls);
    if (output.kind != Kind::kUnixStream && output.kind != Kind::kUnixDatagram) return {};
    const auto address = net::unix_address(output.path);
    return address ? std::string{} : address.error().message;
}

result::Result<std::unique_ptr<spool::Spool>> spool_of(const OutputConfig& output,
                                                       const std::string& state) {
    if (state.empty()) return std::unique_ptr<spool::Spool>{};
    return spool::Spool::open(state + "/spool/" + output.name, output.spool_bytes);
}

report::Encoder encoder_of(const OutputConfig& output, const std::string& sensor_name,
                           const std::string& version) {
    return report::Encoder{{.encoding = output.encoding,
                            .in_syslog = output.is_syslog(),
                            .eve = {.host = sensor_name, .version = version}}};
}

Family family(const std::string& name, Type type, std::string help) {
    Family family;
    family.name = "offport_sink_" + name;
    family.help = std::move(help);
    family.type = type;
    return family;
}

}  // namespace

result::Result<std::unique_ptr<Outputs>> Outputs::open(const SensorConfig& config,
                                                       const OutputsOptions& options) {
    std::unique_ptr<Outputs> outputs{new Outputs};
    for (const OutputConfig& output : config.outputs) {
        if (const std::string what = objection_to(output); !what.empty()) {
            return error_of(output, what);
        }
        auto spool = spool_of(output, config.state);
        if (!spool) return error_of(output, spool.error().message);
        auto delivery = std::make_unique<report::Delivery>(
            report::DeliveryOptions{.name = output.name,
                                    .destination = output.destination(),
                                    .carrier = carrier_of(output),
                                    .spool = std::move(*spool),
                                    .when_full = options.when_full,
                                    .notice = options.notice});
        outputs->outputs_.push_back({.findings = output.findings,
                                     .flows = output.flows,
                                     .encoder = encoder_of(output, config.name, options.version),
                                     .delivery = std::move(delivery)});
    }
    return outputs;
}

bool Outputs::want_flows() const noexcept {
    return std::ranges::any_of(outputs_, &Output::flows);
}

void Outputs::on_finding(const Finding& finding) {
    for (Output& output : outputs_) {
        if (output.findings) output.delivery->write(output.encoder.finding(finding));
    }
}

void Outputs::on_session_end(const Observation& session, std::string_view finding) {
    for (Output& output : outputs_) {
        if (output.flows) output.delivery->write(output.encoder.flow(session, finding));
    }
}

void Outputs::reopen() {
    for (const Output& output : outputs_)
        output.delivery->reopen();
}

std::vector<std::string> Outputs::close() {
    std::vector<std::string> lines;
    for (const Output& output : outputs_) {
        const auto closed = output.delivery->close();
        if (!closed) lines.push_back(closed.error().message);
        if (const std::uint64_t waiting = output.delivery->counts().waiting; waiting != 0) {
            lines.push_back("output '" + output.delivery->name() +
                            "': " + report::counted(waiting, "record") +
                            " could not be delivered and stay on disk for the next run");
        }
    }
    return lines;
}

std::vector<Family> Outputs::families() const {
    if (outputs_.empty()) return {};
    Family handed = family("records_handed_total", Type::kCounter,
                           "Records that a sink was handed, those included that it had on disk at "
                           "start: the sum of what became of them and of what waits.");
    Family records = family("records_total", Type::kCounter,
                            "Records of a sink, by what became of them: written, or lost for the "
                            "reason given.");
    Family waiting =
        family("records_waiting", Type::kGauge, "Records that a sink has still to deliver.");
    Family bytes =
        family("spool_bytes", Type::kGauge, "Bytes of records that wait on disk for a sink.");
    Family up = family("up", Type::kGauge,
                       "Whether a sink's destination took what it was given last; 0 if not.");
    for (const Output& output : outputs_) {
        const report::DeliveryCounts now = output.delivery->counts();
        const metrics::Labels labels{{"sink", output.delivery->name()}};
        const auto add = [&](Family& family, std::uint64_t value) {
            family.samples.push_back({labels, static_cast<double>(value)});
        };
        for (const auto& [outcome, count] :
             {std::pair{"written", now.written}, std::pair{"queue_full", now.queue_full},
              std::pair{"spool_full", now.spool_full}, std::pair{"refused", now.refused}}) {
            records.samples.push_back(
                {{labels[0], {"outcome", outcome}}, static_cast<double>(count)});
        }
        add(handed, now.handed);
        add(waiting, now.waiting);
        add(bytes, now.spool_bytes);
        add(up, now.is_up ? 1 : 0);
    }
    return {handed, records, waiting, bytes, up};
}

}  // namespace sensor::control
