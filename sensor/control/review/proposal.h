// What was learned, written as YAML: on its own, or put into a policy that is there, whose every
// line stays as it is. Cold path.
#pragma once

#include <string>
#include <vector>

#include "lib/yaml/yaml.h"
#include "sensor/control/review/learning.h"

namespace sensor::control {

/// A policy with what was learned and nothing else; what was left out is in comments.
[[nodiscard]] std::string proposal_text(const Learned& learned);

struct Merged {
    std::string text;
    std::vector<std::string> by_hand;  ///< "policy.yaml:12:3: add ...": what has no plain place
    std::vector<int> origins;          ///< of each line the one it was before; 0 if it is added
};
/// `text` is the policy in the file `name`, to which its includes are relative. Lines are added,
/// and marked `# review`.
[[nodiscard]] result::Result<Merged> merge_into(const std::string& text, const std::string& name,
                                                const Learned& learned);
/// A problem of the merged text, told of the text that people have: by the line's number there, or
/// by the line itself if it is added.
[[nodiscard]] std::string told_of(const yaml::Problem& problem, const Merged& merged);

}  // namespace sensor::control
