// policy.yaml -> Policy. Every mistake is reported with its file, line and column. Cold path.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/yaml/yaml.h"
#include "sensor/judge/policy.h"

namespace sensor::judge {

/// The names that a policy may use.
struct Vocabulary {
    std::vector<std::string> protocols;   ///< "unknown" may be among them or not
    std::vector<std::string> app_groups;  ///< of the identity configuration
    std::vector<std::string> tcp_only{};  ///< protocols that are never recognised over UDP
    std::vector<std::string> udp_only{};
};

/// Reads `path` and what it includes. Nothing if there are errors; warnings alone do not stop it.
/// `today` decides which exceptions are warned about as expired.
[[nodiscard]] std::optional<Policy> load_policy(const std::string& path,
                                                const Vocabulary& vocabulary, Timestamp today,
                                                yaml::Problems& problems);

/// The same from memory; `name` stands for the file in messages, and includes are relative to it.
[[nodiscard]] std::optional<Policy> load_policy_text(std::string_view text, const std::string& name,
                                                     const Vocabulary& vocabulary, Timestamp today,
                                                     yaml::Problems& problems);

}  // namespace sensor::judge
