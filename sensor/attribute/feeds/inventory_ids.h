// The ids that one inventory record has of a device, the most telling first. Cold path.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sensor/model/device_id.h"

namespace sensor::attribute::feeds {

class InventoryIds {
  public:
    /// Passed over if it cannot be such an id, or is what systems write for one they do not know.
    void add(DeviceIdKind kind, std::string_view value);
    /// An id as the feed spells it.
    void add_own(std::string_view id);

    [[nodiscard]] bool empty() const noexcept { return ids_.empty(); }
    /// The device's id in this feed. When not empty.
    [[nodiscard]] const std::string& first() const noexcept { return ids_.front(); }
    /// All but the first.
    [[nodiscard]] std::vector<std::string> others() const {
        return ids_.empty() ? std::vector<std::string>{}
                            : std::vector<std::string>{ids_.begin() + 1, ids_.end()};
    }

  private:
    void add_new(std::string id);

    std::vector<std::string> ids_;
};

/// "com.example.mail" of Android's process "com.example.mail:sync".
[[nodiscard]] constexpr std::string_view app_of_process(std::string_view process) noexcept {
    return process.substr(0, process.find(':'));
}

/// AppFact::signer of a SHA-256 as people write it: 64 hexadecimal digits, with or without colons.
/// Empty for anything else, a SHA-1 too.
[[nodiscard]] std::string signer_of(std::string_view digest);

}  // namespace sensor::attribute::feeds
