// What tests of a protocol share: one payload on its own, and a conversation between two ends.
#pragma once

#include <array>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "sensor/identify/identifier.h"

namespace test {

using namespace sensor;            // NOLINT(google-build-using-namespace)
using namespace sensor::identify;  // NOLINT(google-build-using-namespace)

using Payload = std::vector<std::uint8_t>;
using Validate = Verdict (*)(const Exchange&) noexcept;

/// The catalog, compiled once for all tests.
const Signatures& catalog_signatures();

Payload concatenated(std::initializer_list<bytes::View> parts);
/// `original` with the bytes from `offset` replaced.
Payload changed(bytes::View original, std::size_t offset,
                std::initializer_list<std::uint8_t> bytes);

/// Exchanges as validators see them.
Exchange datagram(bytes::View said, std::uint32_t token = 0);
Exchange reply(bytes::View said, std::uint32_t token = 0);  ///< a datagram to the client
Exchange multicast(bytes::View said);
Exchange stream(bytes::View said, std::uint32_t token = 0);
Exchange stream_back(bytes::View said, std::uint32_t token = 0);  ///< to the client

/// Asks `validate` about a copy in an allocation of its own size, so that a sanitizer sees every
/// read past its end.
Verdict ask(Validate validate, Exchange exchange);
/// The lengths, shorter than `exchange.said`, at which `validate` says yes.
std::vector<std::size_t> accepted_cuts(Validate validate, Exchange exchange);

/// The first value that `protocol` notes for `fact`; empty if there is none.
std::string fact_of(const Protocol& protocol, const Exchange& exchange, Fact fact);

/// What the whole catalog takes one payload for; "unknown" unless it is certain.
std::string_view recognised_as(const Exchange& exchange);

/// One session, told payload by payload.
class Dialogue {
  public:
    /// Whether the session's opening was seen: if not, who is the client is a guess.
    enum class Opening : std::uint8_t { kSeen, kMissed };

    explicit Dialogue(Transport transport, Opening opening = Opening::kSeen);

    Dialogue& client(bytes::View said) { return say(said, true); }
    Dialogue& server(bytes::View said) { return say(said, false); }

    [[nodiscard]] std::string_view protocol() const;
    [[nodiscard]] Confirmed confirmed() const { return session_.confirmed(); }
    /// What the session went on as; "unknown" if it did not, or nobody knows.
    [[nodiscard]] std::string_view inner() const;
    [[nodiscard]] const Session& session() const { return session_; }
    /// True if the end called server here was found to be the client.
    [[nodiscard]] bool is_turned_round() const { return !session_.has(kClientIsLow); }

  private:
    Dialogue& say(bytes::View said, bool from_low);

    Session session_{};
    Following following_;
    std::array<Payload, 2> said_;  // by endpoint
    std::unique_ptr<Burst> burst_ = std::make_unique<Burst>();
    Identifier identifier_{catalog_signatures()};
};

/// Bytes that mean nothing and are the same on every run.
class Noise {
  public:
    explicit Noise(std::uint32_t seed) : engine_{seed} {}
    [[nodiscard]] Payload next(std::size_t size);

  private:
    std::mt19937 engine_;
};

}  // namespace test
