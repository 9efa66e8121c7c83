// What is known of one device over time, and what was so at a given moment. Cold path.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "sensor/attribute/kept_fact.h"

namespace sensor::attribute {

/// Which app a record of the connection itself names.
struct AppClaim {
    TextId app{};
    AttributionConfidence confidence{};
    const KeptFact* fact = nullptr;  ///< the record; borrowed from the history
};

/// Facts that an answer rests on, borrowed from the history until it changes.
using UsedFacts = std::vector<const KeptFact*>;

class DeviceHistory {
  public:
    /// False if this very fact was known, whoever told it.
    bool insert(const KeptFact& fact, const TextPool& texts);

    [[nodiscard]] const std::vector<KeptFact>& facts(std::size_t kind) const noexcept {
        return facts_[kind];
    }
    void drop_oldest(std::size_t kind) { facts_[kind].erase(facts_[kind].begin()); }
    void clear() noexcept { facts_ = {}; }

    /// Every field as the newest event up to `as_of` that knew it said.
    struct Device {
        TextId name{};
        TextId user{};
        Platform platform = Platform::kUnknown;
        Tristate managed = Tristate::kUnknown;
        Tristate supervised = Tristate::kUnknown;
        Tristate compliant = Tristate::kUnknown;
    };
    [[nodiscard]] Device device(Timestamp as_of, UsedFacts* used = nullptr) const;
    /// Ditto of an app; `is_known` if any inventory up to `as_of` lists it.
    struct Inventory {
        bool is_known = false;
        TextId version{};
        TextId signer{};
        Tristate managed = Tristate::kUnknown;
        Tristate approved = Tristate::kUnknown;
        Tristate installed = Tristate::kUnknown;
    };
    [[nodiscard]] Inventory inventory(TextId app, Timestamp as_of, UsedFacts* used = nullptr) const;

    struct Connection {
        Endpoint client;
        Endpoint server;
        Transport transport{};
        Timestamp start{};
    };
    /// How far the clock of a source may be off.
    using SkewOf = std::function<Duration(TextId source)>;
    /// The app whose connect event to the server lies nearest to the start, at most its source's
    /// skew away: kHigh if no other app connected there in that time, kMedium if one did, farther
    /// off. A record that names the client's end counts for that connection only, and before those
    /// that do not. Nothing if there is none, or if two apps are equally near: then the record does
    /// not tell.
    [[nodiscard]] std::optional<AppClaim> connected_app(const Connection& connection,
                                                        Duration widest_skew,
                                                        const SkewOf& skew_of) const;

    /// The device, and `app` unless it is empty, as of `start`; DeviceContext::last_foreground as
    /// of `last`. What no event tells stays unknown.
    [[nodiscard]] DeviceContext context(TextId app, Timestamp start, Timestamp last,
                                        const TextPool& texts, UsedFacts* used = nullptr) const;

  private:
    /// Calls visit(fact) for what was so at `as_of`, newest first, until it says stop by returning
    /// false.
    template <class Kind, class Visit>
    void each_back_from(Timestamp as_of, Visit&& visit) const;
    void describe_lock(Timestamp start, DeviceContext& context, UsedFacts* used) const;
    void describe_app(TextId app, Timestamp start, Timestamp last, const TextPool& texts,
                      DeviceContext& context, UsedFacts* used) const;
    void describe_start(TextId app, Timestamp start, const TextPool& texts, DeviceContext& context,
                        UsedFacts* used) const;
    [[nodiscard]] Tristate locked(Timestamp as_of) const;
    [[nodiscard]] std::optional<Timestamp> last_foreground(TextId app, Timestamp as_of) const;

    std::array<std::vector<KeptFact>, kKinds> facts_;  // each in order
};

}  // namespace sensor::attribute
