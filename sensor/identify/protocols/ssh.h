// SSH: the identification string that both sides send first (RFC 4253 §4.2).
#pragma once

#include <algorithm>
#include <array>

#include "sensor/identify/protocol.h"

namespace sensor::identify::ssh {

inline constexpr std::size_t kMaxIdentification = 255;  // bytes, CR LF included, RFC 4253 §4.2

inline constexpr std::array kSignatures{
    Signature{R"(^SSH-(2\.0|1\.99)-)"},
};

/// "SSH-2.0-software comments" must end with LF inside 255 bytes; until it does, wait for more.
[[nodiscard]] inline Verdict validate(const Exchange& exchange) noexcept {
    const auto line = exchange.said.first(std::min(exchange.said.size(), kMaxIdentification));
    const auto text = bytes::text_of(line);
    if (!text.starts_with("SSH-2.0-") && !text.starts_with("SSH-1.99-")) return {Match::kNo};
    const auto end = text.find('\n');
    const auto printable = [](char c) { return (c >= ' ' && c <= '~') || c == '\r' || c == '\n'; };
    if (!std::ranges::all_of(text.substr(0, end), printable)) return {Match::kNo};
    if (end != std::string_view::npos) return {Match::kYes};
    return {line.size() < kMaxIdentification ? Match::kNeedMore : Match::kNo};
}

inline void extract(const Exchange& exchange, Facts& facts) noexcept {
    auto text = bytes::text_of(exchange.said);
    text = text.substr(0, text.find('\n'));
    if (text.ends_with('\r')) text.remove_suffix(1);
    facts.add(exchange.direction == Direction::kToServer ? Fact::kSshClientVersion
                                                         : Fact::kSshServerVersion,
              text);
}

inline constexpr Protocol kProtocol{
    .name = "ssh",
    .transports = kOverTcp,
    .signatures = kSignatures,
    .validate = validate,
    .extract = extract,
};

}  // namespace sensor::identify::ssh
