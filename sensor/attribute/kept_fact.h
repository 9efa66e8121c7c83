// A fact as the directory keeps it: 72 bytes, its texts by number.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "sensor/attribute/text_pool.h"
#include "sensor/model/event.h"

namespace sensor::attribute {

using IdentityFact = decltype(IdentityEvent::fact);

inline constexpr std::size_t kKinds = std::variant_size_v<IdentityFact>;

namespace detail {
template <class Kind, std::size_t... I>
constexpr std::size_t place_of(std::index_sequence<I...>) noexcept {
    return ((std::is_same_v<Kind, std::variant_alternative_t<I, IdentityFact>> ? I : 0) + ...);
}
}  // namespace detail

/// The kind's place in IdentityFact.
template <class Kind>
inline constexpr std::size_t kPlaceOf = detail::place_of<Kind>(std::make_index_sequence<kKinds>{});

/// Which fields count depends on the kind; the others are zero.
struct KeptFact {
    std::int64_t time_ns = 0;
    std::array<TextId, 3> texts{};  ///< app or name; job, process, version or user; signer
    TextId source{};
    std::uint8_t kind = 0;   ///< place in IdentityFact
    std::uint8_t state = 0;  ///< AppState, Platform, or whether it is locked
    std::array<Tristate, 3> tristates{};
    Transport transport = Transport::kNone;
    bool has_client = false;
    PortNumber port{};
    PortNumber client_port{};
    Address destination;
    Address client;

    [[nodiscard]] Timestamp time() const noexcept { return timestamp_of(time_ns); }
    [[nodiscard]] TextId app() const noexcept { return texts[0]; }
    [[nodiscard]] bool is_to(const Endpoint& server, Transport over) const noexcept {
        return port == server.port && destination == server.address && transport == over;
    }
    [[nodiscard]] bool is_from(const Endpoint& other) const noexcept {
        return client_port == other.port && client == other.address;
    }
};
static_assert(sizeof(KeptFact) <= 72);

/// Of every kind but leases. Without a device's further ids. Nothing if the pool has no room.
[[nodiscard]] std::optional<KeptFact> keep(const IdentityEvent& event, TextPool& texts);

/// By time, and facts of one moment by what they say, so that the order of arrival is nowhere to be
/// seen. Whoever said it does not count. Both must be of one kind.
[[nodiscard]] std::strong_ordering compare(const KeptFact& a, const KeptFact& b,
                                           const TextPool& texts);

/// "connect com.example.flashlight to 198.51.100.7:7878", for people.
[[nodiscard]] std::string text_of(const KeptFact& fact, const TextPool& texts);

/// As it was told, its device left out.
[[nodiscard]] IdentityEvent event_of(const KeptFact& fact, const TextPool& texts);

}  // namespace sensor::attribute
