// Ports of both transports, as ranges.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sensor/model/address.h"

namespace sensor::judge {

/// Both ends belong to it.
struct PortRange {
    std::uint16_t first = 0;
    std::uint16_t last = 0;

    friend constexpr auto operator<=>(const PortRange&, const PortRange&) = default;
};
inline constexpr PortRange kAnyPort{0, 65535};

class PortSet {
  public:
    void add(Transport transport, PortRange range);
    void add(const PortSet& other);

    [[nodiscard]] bool contains(Transport transport, PortNumber port) const noexcept;
    [[nodiscard]] bool empty() const noexcept { return tcp_.empty() && udp_.empty(); }
    /// Ascending, neither touching nor overlapping; none for Transport::kNone.
    [[nodiscard]] std::span<const PortRange> ranges(Transport transport) const noexcept;

    friend bool operator==(const PortSet&, const PortSet&) = default;

  private:
    std::vector<PortRange> tcp_;
    std::vector<PortRange> udp_;
};

/// "tcp" or "udp", as policies spell them.
[[nodiscard]] std::string_view word_for(Transport transport) noexcept;
/// "tcp/443".
[[nodiscard]] std::string to_string(Transport transport, PortNumber port);
/// "tcp/443, 853 and udp/any"; "no port" for an empty set.
[[nodiscard]] std::string to_string(const PortSet& ports);

}  // namespace sensor::judge
