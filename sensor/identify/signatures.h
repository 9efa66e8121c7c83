// Every signature compiled: the catalog's and the operator's own. Built on the cold side,
// immutable.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/hyperscan/cache.h"
#include "lib/hyperscan/database.h"
#include "lib/result/result.h"
#include "sensor/identify/protocol.h"

namespace sensor::identify {

/// A protocol that the operator describes by signatures alone: there is no validator, so each
/// direction counts as recognised when its signature matches and no protocol of the catalog
/// recognises it: a validator has looked at the structure, a signature only at the start.
struct OwnProtocol {
    std::string name;
    std::uint8_t transports = kOverTcp;
    std::vector<std::string> client;  ///< patterns for what the client says first
    std::vector<std::string> server;
};

class Signatures {
  public:
    /// A signature's owner and the direction it is tried on.
    struct Nominee {
        ProtocolId protocol{};
        Role sender = Role::kEither;
    };

    /// One line on failure, naming the pattern.
    [[nodiscard]] static result::Result<Signatures> compile(std::vector<OwnProtocol> own,
                                                            const hyperscan::Cache& cache = {});

    /// What speaks against one pattern of an own protocol, as a sentence: it is not anchored, or
    /// fits a payload of which it has seen nothing, or Hyperscan cannot compile it. Nothing if it
    /// will do.
    [[nodiscard]] static std::optional<std::string> check_pattern(const std::string& pattern);

    [[nodiscard]] const hyperscan::Database& database(Transport transport) const noexcept {
        return transport == Transport::kTcp ? tcp_ : udp_;
    }
    [[nodiscard]] const Nominee& nominee(unsigned pattern_id) const noexcept {
        return nominees_[pattern_id];
    }
    /// The catalog row of `protocol`; null for unknown and for the operator's own.
    [[nodiscard]] static const Protocol* row_of(ProtocolId protocol) noexcept;
    /// True if sessions of `refined` begin as sessions of `base`.
    [[nodiscard]] static bool refines(ProtocolId refined, ProtocolId base) noexcept;

    /// True if `speaker` can be seen to speak it: Tor shows in its server's certificate alone.
    [[nodiscard]] static bool shows_in(Direction speaker, ProtocolId protocol) noexcept;

    /// True if the two may take turns on one pair of ports, RFC 7983.
    [[nodiscard]] static bool share_port(ProtocolId one, ProtocolId other) noexcept;
    /// What the sessions are that `announcer` announces; unknown if it announces none.
    [[nodiscard]] static ProtocolId announced_by(ProtocolId announcer) noexcept;

    /// By ProtocolId; the first is "unknown".
    [[nodiscard]] const std::vector<std::string>& names() const noexcept { return names_; }
    [[nodiscard]] const std::string& name_of(ProtocolId protocol) const noexcept {
        return names_[static_cast<std::size_t>(protocol)];
    }
    [[nodiscard]] std::size_t pattern_count() const noexcept { return nominees_.size(); }

  private:
    Signatures(hyperscan::Database tcp, hyperscan::Database udp, std::vector<Nominee> nominees,
               std::vector<std::string> names)
        : tcp_{std::move(tcp)},
          udp_{std::move(udp)},
          nominees_{std::move(nominees)},
          names_{std::move(names)} {}

    hyperscan::Database tcp_;
    hyperscan::Database udp_;
    std::vector<Nominee> nominees_;
    std::vector<std::string> names_;
};

/// The names known before any configuration: "unknown" and the catalog's.
[[nodiscard]] std::vector<std::string> catalog_names();

}  // namespace sensor::identify
