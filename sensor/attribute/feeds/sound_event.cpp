#include "sensor/attribute/feeds/sound_event.h"

#include <string_view>

#include "sensor/attribute/feeds/readable.h"
#include "sensor/attribute/rfc3339.h"

namespace sensor::attribute::feeds {
namespace {

/// Asks for one text after the other; the first thing wrong is kept.
class Examiner {
  public:
    void text(std::string_view text, std::string_view what) {
        if (!is_readable(text)) object(what);
    }
    void needed(std::string_view text, std::string_view what) {
        if (text.empty() || !is_readable(text)) object(what);
    }
    void ids(const std::vector<std::string>& ids) {
        for (const std::string& id : ids)
            needed(id, "each id of the device");
        if (ids.size() > kMostIds && objection_.empty()) {
            objection_ = "expected at most " + std::to_string(kMostIds) + " ids of one device";
        }
    }
    [[nodiscard]] const std::string& objection() const noexcept { return objection_; }

    void operator()(const DeviceFact& fact) {
        text(fact.name, "the device's name");
        text(fact.user, "the user's name");
        ids(fact.also_known_as);
    }
    void operator()(const LeaseFact& fact) { text(fact.app_group, "the app group"); }
    void operator()(const LockFact&) {}
    void operator()(const AppStateFact& fact) { app(fact.app); }
    void operator()(const InteractionFact&) {}
    void operator()(const JobFact& fact) {
        app(fact.app);
        needed(fact.job, "the kind of job");
    }
    void operator()(const ConnectFact& fact) { app(fact.app); }
    void operator()(const AppFact& fact) {
        app(fact.app);
        text(fact.version, "the app's version");
        text(fact.signer, "the app's signer");
    }
    void operator()(const ProcessFact& fact) {
        app(fact.app);
        text(fact.process, "the process's name");
    }

  private:
    void app(std::string_view id) { needed(id, "the app's id"); }
    void object(std::string_view what) {
        if (!objection_.empty()) return;
        objection_ = "expected " + std::string{what} + " as 1 to " + std::to_string(kMostText) +
                     " bytes of text without control characters";
    }

    std::string objection_;
};

bool names_client(const IdentityEvent& event) noexcept {
    const auto* connect = std::get_if<ConnectFact>(&event.fact);
    return connect != nullptr && connect->client.has_value();
}

}  // namespace

std::string objection_to(const IdentityEvent& event) {
    if (!is_writable(event.time)) return "expected a time from 1970 to 2261";
    Examiner examiner;
    if (names_client(event)) {
        examiner.text(event.device, "the device's id");
    } else {
        examiner.needed(event.device, "the device's id");
    }
    std::visit(examiner, event.fact);
    return examiner.objection();
}

void make_names_readable(IdentityEvent& event) {
    const auto make = [](std::string& name) {
        if (!is_readable(name)) name = made_readable(name);
    };
    if (auto* device = std::get_if<DeviceFact>(&event.fact)) {
        make(device->name);
        make(device->user);
    }
    if (auto* app = std::get_if<AppFact>(&event.fact)) make(app->version);
    if (auto* process = std::get_if<ProcessFact>(&event.fact)) make(process->process);
}

}  // namespace sensor::attribute::feeds
