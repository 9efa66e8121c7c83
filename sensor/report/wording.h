// The words that records and reports share. Cold path.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sensor/model/finding.h"

namespace sensor::report {

/// A catalog name as people write it: "TLS", "HTTP/2", "WebSocket"; any other stays as it is.
/// What a finding is in ATT&CK for Mobile.
struct Technique {
    std::string_view id;    ///< "T1509"
    std::string_view name;  ///< "Non-Standard Port"
    /// Of a sub-technique: what it is part of; empty otherwise.
    std::string_view parent_id{};
    std::string_view parent_name{};

    [[nodiscard]] bool is_sub() const noexcept { return !parent_id.empty(); }
    /// What it is part of, or itself.
    [[nodiscard]] Technique whole() const noexcept {
        return is_sub() ? Technique{parent_id, parent_name} : *this;
    }

    /// Its page there.
    [[nodiscard]] std::string reference() const;
};
[[nodiscard]] Technique technique_of(const Finding& finding) noexcept;

[[nodiscard]] std::string protocol_text(std::string_view name);
/// "tcp/8088"
[[nodiscard]] std::string port_text(Transport transport, PortNumber port);
/// "198.51.100.7:7878", "[2001:db8::7]:7878"
[[nodiscard]] std::string endpoint_text(const Endpoint& endpoint);
/// A Host header (RFC 9110 §7.2) in its two parts, borrowed from it; an IPv6 address keeps its
/// brackets.
struct Host {
    std::string_view name;
    std::optional<PortNumber> port;
};
[[nodiscard]] Host split_host(std::string_view text);
/// The app, or the group it belongs to, or that it is not known.
[[nodiscard]] std::string app_text(const Attribution& attribution);
/// One sentence: "TLS on tcp/8088 by com.example.flashlight, approved on tcp/443".
[[nodiscard]] std::string sentence_of(const Finding& finding);

/// "12,345"
[[nodiscard]] std::string grouped(std::uint64_t number);
/// "1 session", "12,345 sessions"
[[nodiscard]] std::string counted(std::uint64_t number, std::string_view noun);
/// Powers of 1000: "999 bytes", "4.2 MB"
[[nodiscard]] std::string bytes_text(std::uint64_t bytes);

}  // namespace sensor::report
