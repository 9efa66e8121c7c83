// What is known of one device over time, and what was so at a given moment. Cold path.
#pragma once

#include <array>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sensor/model/event.h"

namespace sensor::attribute {

using IdentityFact = decltype(IdentityEvent::fact);

inline constexpr std::size_t kKinds = std::variant_size_v<IdentityFact>;

/// A fact and when it became so. Ordered by time, and facts of one moment by what they say, so that
/// the order of arrival is nowhere to be seen.
struct DatedFact {
    Timestamp time{};
    IdentityFact fact;

    friend auto operator<=>(const DatedFact&, const DatedFact&) = default;
};

/// Which app a record of the connection itself names.
struct AppClaim {
    std::string_view app;
    AttributionConfidence confidence{};
};

class DeviceHistory {
  public:
    /// False if this very fact was known.
    bool insert(const DatedFact& fact);

    [[nodiscard]] std::size_t size(std::size_t kind) const noexcept { return facts_[kind].size(); }
    /// Null if there is none of this kind.
    [[nodiscard]] const DatedFact* oldest(std::size_t kind) const noexcept;
    void drop_oldest(std::size_t kind) { facts_[kind].erase(facts_[kind].begin()); }

    /// Every field as the newest event up to `as_of` that knew it said.
    [[nodiscard]] DeviceFact device(Timestamp as_of) const;
    [[nodiscard]] AppFact inventory(std::string_view app, Timestamp as_of) const;
    /// Some inventory up to `as_of` lists it.
    [[nodiscard]] bool has_app(std::string_view app, Timestamp as_of) const;

    /// The app whose connect event to `server` lies nearest to `start`, at most `skew` away:
    /// kHigh if no other app connected there in that time, kMedium if one did, farther off. Nothing
    /// if there is none, or if two apps are equally near: then the record does not tell.
    [[nodiscard]] std::optional<AppClaim> connected_app(const Endpoint& server, Transport transport,
                                                        Timestamp start, Duration skew) const;

    /// The device, and `app` unless it is empty, as of `start`; DeviceContext::last_foreground as
    /// of `last`. What no event tells stays unknown.
    [[nodiscard]] DeviceContext context(std::string_view app, Timestamp start,
                                        Timestamp last) const;

  private:
    struct ByTime {
        using is_transparent = void;
        bool operator()(const DatedFact& a, const DatedFact& b) const { return a < b; }
        bool operator()(const DatedFact& a, Timestamp b) const noexcept { return a.time < b; }
        bool operator()(Timestamp a, const DatedFact& b) const noexcept { return a < b.time; }
    };
    using Facts = std::set<DatedFact, ByTime>;

    /// Calls visit(time, const Kind&) for what was so at `as_of`, newest first, until it says stop
    /// by returning false.
    template <class Kind, class Visit>
    void each_back_from(Timestamp as_of, Visit&& visit) const;
    void describe_app(std::string_view app, Timestamp start, Timestamp last,
                      DeviceContext& context) const;
    [[nodiscard]] std::optional<Timestamp> last_foreground(std::string_view app,
                                                           Timestamp as_of) const;

    std::array<Facts, kKinds> facts_;
};

}  // namespace sensor::attribute
