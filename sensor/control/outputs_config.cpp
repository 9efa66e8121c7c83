#include "sensor/control/outputs_config.h"

#include <algorithm>
#include <array>
#include <utility>

#include "sensor/control/secret_file.h"

namespace sensor::control {
namespace {

using Kind = OutputConfig::Kind;

std::string read_path(const yaml::Node& node, std::string_view what, yaml::Problems& problems) {
    const auto text = as_text(node, problems);
    if (text && !text->starts_with('/')) {
        problems.error(node.place(), std::string{what} + " must be an absolute path");
    }
    return text.value_or("");
}

void read_encoding(const yaml::Node& node, OutputConfig& output, yaml::Problems& problems) {
    constexpr std::array<std::pair<std::string_view, report::Encoding>, 4> kEncodings{
        {{"eve", report::Encoding::kEve},
         {"ecs", report::Encoding::kEcs},
         {"ocsf", report::Encoding::kOcsf},
         {"cef", report::Encoding::kCef}}};
    if (output.is_syslog()) output.encoding = report::Encoding::kCef;
    const auto word = as_word(node, {"eve", "ecs", "ocsf", "cef"}, problems);
    for (const auto& [name, encoding] : kEncodings) {
        if (word == name) output.encoding = encoding;
    }
}

void read_records(const yaml::Node& node, OutputConfig& output, yaml::Problems& problems) {
    if (!node.defined()) return;
    output.findings = false;
    for (const yaml::Node& element : node.elements()) {
        const auto word = as_word(element, {"findings", "flows"}, problems);
        if (word == "findings") output.findings = true;
        if (word == "flows") output.flows = true;
    }
    if (!output.findings && !output.flows && !problems.has_errors()) {
        problems.error(node.place(), "records must be findings, flows or both");
    }
    if (output.flows && !report::has_flows(output.encoding)) {
        problems.error(node.place(),
                       "flows are written as eve or ecs only; ocsf and cef are for findings");
    }
}

void read_tls(yaml::Map& map, const yaml::Node& node, OutputConfig& output,
              yaml::Problems& problems) {
    const auto read = [&](std::string_view key) {
        const yaml::Node value = map.optional(key);
        if (value.defined() && output.kind != Kind::kTls) {
            problems.error(value.place(), std::string{key} + " is for `transport: tls`");
        }
        return value;
    };
    output.tls.ca = read_path(read("ca"), "ca", problems);
    output.tls.certificate = read_path(read("certificate"), "certificate", problems);
    const yaml::Node key = read("key");
    output.tls.key = read_path(key, "key", problems);
    if (!output.tls.key.empty()) warn_of_others(key.place(), output.tls.key, problems);
    output.tls.server_name = as_text(read("server_name"), problems).value_or("");
    if (output.tls.certificate.empty() != output.tls.key.empty()) {
        problems.error(node.place(), "certificate and key go together: give both or neither");
    }
}

void read_syslog(const yaml::Node& node, OutputConfig& output, yaml::Problems& problems) {
    yaml::Map map{node, "syslog", problems};
    const auto transport = as_word(map.optional("transport"), {"udp", "tcp", "tls"}, problems);
    output.kind = transport == "tls" ? Kind::kTls : transport == "tcp" ? Kind::kTcp : Kind::kUdp;
    const yaml::Node address = map.required("address");
    if (const auto text = as_text(address, problems)) {
        auto endpoint = net::parse_endpoint(*text);
        if (endpoint) {
            output.endpoint = std::move(*endpoint);
        } else {
            problems.error(address.place(), "'" + *text +
                                                "' is no address; write a numeric one and a port: "
                                                "192.0.2.1:6514 or [2001:db8::1]:6514");
        }
    }
    read_tls(map, node, output, problems);
    map.finish();
}

std::string_view word_of(Kind kind) noexcept {
    switch (kind) {
        case Kind::kFile: return "file";
        case Kind::kUnixStream:
        case Kind::kUnixDatagram: return "socket";
        case Kind::kUdp: return "udp";
        case Kind::kTcp: return "tcp";
        case Kind::kTls: return "tls";
    }
    return "output";
}

bool is_plain(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.';
}

/// "file-var-log-offport-ecs.json"
std::string name_for(const OutputConfig& output) {
    constexpr std::size_t kMostBytes = 100;
    std::string name = std::string{word_of(output.kind)} + "-";
    for (const char c : output.is_syslog() ? output.endpoint.text : output.path) {
        if (is_plain(c)) {
            name += c;
        } else if (!name.ends_with('-')) {
            name += '-';
        }
    }
    return name.substr(0, kMostBytes);
}

void read_name(const yaml::Node& node, OutputConfig& output, yaml::Problems& problems) {
    output.name = name_for(output);
    const auto text = as_text(node, problems);
    if (!text) return;
    const bool is_name = !text->empty() && std::ranges::all_of(*text, [](char c) {
        return is_plain(c) || c == '-' || c == '_';
    }) && !text->starts_with('.');
    if (!is_name) {
        problems.error(
            node.place(),
            "an output's name is letters, digits, hyphens and dots, got '" + *text + "'");
    }
    output.name = *text;
}

void read_destination(yaml::Map& map, const yaml::Node& node, OutputConfig& output,
                      yaml::Problems& problems) {
    const yaml::Node file = map.optional("file");
    const yaml::Node socket = map.optional("socket");
    const yaml::Node type = map.optional("type");
    const yaml::Node syslog = map.optional("syslog");
    if (int{file.defined()} + int{socket.defined()} + int{syslog.defined()} != 1) {
        problems.error(node.place(), "an output needs one of `file`, `socket` and `syslog`");
    }
    if (file.defined()) output.path = read_path(file, "file", problems);
    if (socket.defined()) {
        output.path = read_path(socket, "socket", problems);
        const auto word = as_word(type, {"stream", "datagram"}, problems);
        output.kind = word == "datagram" ? Kind::kUnixDatagram : Kind::kUnixStream;
    } else if (type.defined()) {
        problems.error(type.place(), "type is for a `socket`");
    }
    if (syslog.defined()) read_syslog(syslog, output, problems);
}

OutputConfig read_output(const yaml::Node& node, yaml::Problems& problems) {
    constexpr std::int64_t kLeastSpool = 1 << 20U;
    constexpr std::int64_t kMostSpool = std::int64_t{1} << 40U;
    OutputConfig output;
    output.place = node.place();
    yaml::Map map{node, "an output", problems};
    read_destination(map, node, output, problems);
    read_encoding(map.optional("encoding"), output, problems);
    read_records(map.optional("records"), output, problems);
    read_name(map.optional("name"), output, problems);
    const yaml::Node spool = map.optional("spool_bytes");
    if (const auto bytes = as_integer(spool, kLeastSpool, kMostSpool, problems)) {
        output.spool_bytes = static_cast<std::uint64_t>(*bytes);
    }
    map.finish();
    return output;
}

}  // namespace

std::string OutputConfig::destination() const {
    return is_syslog() ? std::string{word_of(kind)} + " " + endpoint.text : path;
}

std::vector<OutputConfig> read_outputs(const yaml::Node& node, yaml::Problems& problems) {
    std::vector<OutputConfig> outputs;
    for (const yaml::Node& element : node.elements()) {
        OutputConfig output = read_output(element, problems);
        if (std::ranges::find(outputs, output.name, &OutputConfig::name) != outputs.end()) {
            problems.error(element.place(), "there is an output '" + output.name +
                                                "' already; give this one another `name`");
        }
        outputs.push_back(std::move(output));
    }
    return outputs;
}

}  // namespace sensor::control
