// What the device management knows, as identity events: one JSON object a line.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/json/writer.h"
#include "sensor/model/address.h"
#include "sensor/model/timestamp.h"
#include "tests/demo/cast.h"

namespace demo {

class IdentityLog {
  public:
    void device(const Device& device, sensor::Timestamp time);
    void lease_granted(const Device& device, sensor::Timestamp time);
    void locked(const Device& device, sensor::Timestamp time);
    void unlocked(const Device& device, sensor::Timestamp time);
    void foreground(const Device& device, std::string_view app, sensor::Timestamp time);
    void background(const Device& device, std::string_view app, sensor::Timestamp time);
    void user_interaction(const Device& device, sensor::Timestamp time);
    void job_start(const Device& device, std::string_view app, std::string_view job,
                   sensor::Timestamp time);
    void connect(const Device& device, std::string_view app, const sensor::Endpoint& server,
                 sensor::Transport transport, sensor::Timestamp time);
    struct Inventory {
        bool managed = false;
        bool approved = false;
    };
    void app_inventory(const Device& device, std::string_view app, const Inventory& inventory,
                       sensor::Timestamp time);

    /// Every line in order of time.
    [[nodiscard]] std::string text() const;

  private:
    json::Writer begin(const Device& device, std::string_view kind, sensor::Timestamp time,
                       std::string_view app = {});
    void end(json::Writer& line, sensor::Timestamp time);
    void state(const Device& device, std::string_view kind, std::string_view state,
               sensor::Timestamp time, std::string_view app = {});

    std::vector<std::pair<sensor::Timestamp, std::string>> lines_;
};

}  // namespace demo
