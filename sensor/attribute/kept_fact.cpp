#include "sensor/attribute/kept_fact.h"

#include <algorithm>

namespace sensor::attribute {
namespace {

/// Fills in one kind's fields; intern() gives nothing once the pool has no room.
class Keeper {
  public:
    Keeper(KeptFact& kept, TextPool& texts) : kept_{kept}, texts_{texts} {}

    [[nodiscard]] bool had_room() const noexcept { return had_room_; }

    void operator()(const DeviceFact& fact) {
        set(0, fact.name);
        set(1, fact.user);
        kept_.state = static_cast<std::uint8_t>(fact.platform);
        kept_.tristates = {fact.managed, fact.supervised, fact.compliant};
    }
    void operator()(const LeaseFact&) {}  // the lease book keeps them
    void operator()(const LockFact& fact) { kept_.state = fact.locked ? 1 : 0; }
    void operator()(const AppStateFact& fact) {
        set(0, fact.app);
        kept_.state = static_cast<std::uint8_t>(fact.state);
    }
    void operator()(const InteractionFact&) {}
    void operator()(const JobFact& fact) {
        set(0, fact.app);
        set(1, fact.job);
    }
    void operator()(const ProcessFact& fact) {
        set(0, fact.app);
        set(1, fact.process);
    }
    void operator()(const ConnectFact& fact) {
        set(0, fact.app);
        kept_.transport = fact.transport;
        kept_.port = fact.destination.port;
        kept_.destination = fact.destination.address;
        kept_.has_client = fact.client.has_value();
        if (!fact.client) return;
        kept_.client_port = fact.client->port;
        kept_.client = fact.client->address;
    }
    void operator()(const AppFact& fact) {
        set(0, fact.app);
        set(1, fact.version);
        set(2, fact.signer);
        kept_.tristates = {fact.managed, fact.approved, fact.installed};
    }

    [[nodiscard]] TextId intern(std::string_view text) {
        const auto id = texts_.intern(text);
        if (!id) had_room_ = false;
        return id.value_or(TextId::kEmpty);
    }

  private:
    void set(std::size_t place, std::string_view text) { kept_.texts[place] = intern(text); }

    KeptFact& kept_;
    TextPool& texts_;
    bool had_room_ = true;
};

std::string to_string(const Address& address, PortNumber port) {
    const bool is_ipv4 = address.is_ipv4();
    return (is_ipv4 ? "" : "[") + sensor::to_string(address) + (is_ipv4 ? ":" : "]:") +
           std::to_string(static_cast<unsigned>(port));
}

/// ", managed" for yes, ", not managed" for no, nothing for unknown.
std::string words(Tristate value, const char* word) {
    if (value == Tristate::kUnknown) return {};
    return std::string{value == Tristate::kYes ? ", " : ", not "} + word;
}

IdentityFact fact_of(const KeptFact& kept, const TextPool& pool) {
    const auto text = [&](std::size_t place) { return std::string{pool.text(kept.texts[place])}; };
    switch (kept.kind) {
        case kPlaceOf<DeviceFact>:
            return DeviceFact{.name = text(0),
                              .user = text(1),
                              .platform = static_cast<Platform>(kept.state),
                              .managed = kept.tristates[0],
                              .supervised = kept.tristates[1],
                              .compliant = kept.tristates[2]};
        case kPlaceOf<LockFact>: return LockFact{.locked = kept.state != 0};
        case kPlaceOf<AppStateFact>:
            return AppStateFact{.app = text(0), .state = static_cast<AppState>(kept.state)};
        case kPlaceOf<JobFact>: return JobFact{.app = text(0), .job = text(1)};
        case kPlaceOf<ProcessFact>: return ProcessFact{.app = text(0), .process = text(1)};
        case kPlaceOf<ConnectFact>: {
            ConnectFact fact{.app = text(0),
                             .destination = {kept.destination, kept.port},
                             .transport = kept.transport};
            if (kept.has_client) fact.client = Endpoint{kept.client, kept.client_port};
            return fact;
        }
        case kPlaceOf<AppFact>:
            return AppFact{.app = text(0),
                           .managed = kept.tristates[0],
                           .approved = kept.tristates[1],
                           .installed = kept.tristates[2],
                           .version = text(1),
                           .signer = text(2)};
        default: return InteractionFact{};
    }
}

}  // namespace

std::optional<KeptFact> keep(const IdentityEvent& event, TextPool& texts) {
    KeptFact kept;
    kept.time_ns = nanoseconds_of(event.time);
    kept.kind = static_cast<std::uint8_t>(event.fact.index());
    Keeper keeper{kept, texts};
    kept.source = keeper.intern(event.source);
    std::visit(keeper, event.fact);
    return keeper.had_room() ? std::optional{kept} : std::nullopt;
}

std::strong_ordering compare(const KeptFact& a, const KeptFact& b, const TextPool& texts) {
    if (const auto order = a.time_ns <=> b.time_ns; order != 0) return order;
    for (std::size_t i = 0; i < a.texts.size(); ++i) {
        if (a.texts[i] == b.texts[i]) continue;
        return texts.text(a.texts[i]) <=> texts.text(b.texts[i]);
    }
    const auto rest = [](const KeptFact& fact) {
        return std::tie(fact.state, fact.tristates, fact.transport, fact.has_client, fact.port,
                        fact.client_port, fact.destination, fact.client);
    };
    return rest(a) <=> rest(b);
}

std::string text_of(const KeptFact& fact, const TextPool& pool) {
    const auto text = [&](std::size_t place) { return std::string{pool.text(fact.texts[place])}; };
    switch (fact.kind) {
        case kPlaceOf<DeviceFact>: {
            const auto platform = static_cast<Platform>(fact.state);
            return "device" + (text(0).empty() ? "" : " " + text(0)) +
                   (text(1).empty() ? "" : " of " + text(1)) +
                   (platform == Platform::kUnknown ? "" : ", " + std::string{name_of(platform)}) +
                   words(fact.tristates[0], "managed") + words(fact.tristates[1], "supervised") +
                   words(fact.tristates[2], "compliant");
        }
        case kPlaceOf<LockFact>: return fact.state != 0 ? "locked" : "unlocked";
        case kPlaceOf<AppStateFact>:
            return text(0) + " in the " + std::string{name_of(static_cast<AppState>(fact.state))};
        case kPlaceOf<JobFact>: return text(0) + " started " + text(1);
        case kPlaceOf<ProcessFact>:
            return "process of " + text(0) + " began" +
                   (text(1).empty() || text(1) == text(0) ? "" : ": " + text(1));
        case kPlaceOf<ConnectFact>:
            return text(0) + " connected" +
                   (fact.has_client ? " from " + to_string(fact.client, fact.client_port) : "") +
                   " to " + to_string(fact.destination, fact.port) + " over " +
                   std::string{name_of(fact.transport)};
        case kPlaceOf<AppFact>:
            return text(0) + (text(1).empty() ? "" : " " + text(1)) +
                   words(fact.tristates[2], "installed") + words(fact.tristates[0], "managed") +
                   words(fact.tristates[1], "approved") +
                   (text(2).empty() ? "" : ", signed by " + text(2));
        default: return "user interaction";
    }
}

IdentityEvent event_of(const KeptFact& fact, const TextPool& texts) {
    return {.time = fact.time(),
            .device = {},
            .source = std::string{texts.text(fact.source)},
            .fact = fact_of(fact, texts)};
}

}  // namespace sensor::attribute
