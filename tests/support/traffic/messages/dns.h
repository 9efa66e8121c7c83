// DNS messages, RFC 1035 §4; multicast DNS, RFC 6762 §18; HTTPS records, RFC 9460.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "sensor/model/address.h"
#include "tests/support/traffic/byte_writer.h"

namespace traffic::dns {

enum class Type : std::uint16_t { kA = 1, kPtr = 12, kTxt = 16, kAaaa = 28, kHttps = 65 };

struct Question {
    std::uint16_t id = 0;
    std::string_view name;  ///< dotted
    Type type = Type::kA;
};

/// Recursion desired, one question.
[[nodiscard]] Bytes query(const Question& question);
/// The answer to it: addresses of the asked type.
[[nodiscard]] Bytes address_response(const Question& question,
                                     const std::vector<sensor::Address>& addresses);
/// One HTTPS record that promises h3 and h2.
[[nodiscard]] Bytes https_response(const Question& question);
[[nodiscard]] Bytes text_response(const Question& question, std::string_view text);

/// Behind its length, as over TCP and TLS, RFC 1035 §4.2.2.
[[nodiscard]] Bytes over_tcp(bytes::View message);

/// A multicast question for `service`, RFC 6762 §18: id 0, no recursion.
[[nodiscard]] Bytes multicast_query(std::string_view service);
/// `instance`.`service` in a PTR record.
[[nodiscard]] Bytes multicast_response(std::string_view service, std::string_view instance);

}  // namespace traffic::dns
