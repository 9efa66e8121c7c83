// Sessions that another session announced (FTP's data connections, TFTP's transfers): they carry
// no protocol of their own to recognise. One table a worker, fixed in size. Hot path.
//
// Announcer and announced have the same two addresses, so they have the same worker.
#pragma once

#include <array>
#include <cstdint>

#include "sensor/identify/protocol.h"
#include "sensor/model/session.h"

namespace sensor::identify {

class AnnouncedSessions {
  public:
    /// How long an announced session may take to begin, in packet time.
    static constexpr std::int64_t kPatienceNs = 120'000'000'000;

    /// A session between the two addresses of `announcer`, with `announcement`'s endpoint at one
    /// end and any port at the other, will be `protocol`. If there is no room, the oldest of its
    /// kind is forgotten: true if that one was still awaited.
    bool expect(const Session& announcer, const Announcement& announcement, ProtocolId protocol,
                std::int64_t now_ns) noexcept;
    /// What `session` was announced as, once; unknown if it was not, or too long ago.
    [[nodiscard]] ProtocolId take(const Session& session, std::int64_t now_ns) noexcept;
    /// Nothing is awaited: the common case.
    [[nodiscard]] bool empty() const noexcept { return count_ == 0; }

  private:
    struct Entry {
        std::uint64_t scope;
        Address address;  // whose port it is
        Address peer;
        PortNumber port;
        Transport transport;
        ProtocolId protocol;  // unknown: the entry is free
        std::int64_t expires_ns;

        [[nodiscard]] bool is_for(const Entry& other) const noexcept {
            return port == other.port && transport == other.transport && scope == other.scope &&
                   address == other.address && peer == other.peer;
        }
    };
    static constexpr std::size_t kWays = 4;
    static constexpr std::size_t kSets = 256;
    using Set = std::array<Entry, kWays>;

    [[nodiscard]] static std::size_t set_of(const Entry& entry) noexcept;
    [[nodiscard]] ProtocolId take(const Entry& wanted, std::int64_t now_ns) noexcept;

    std::array<Set, kSets> sets_{};
    std::size_t count_ = 0;
};

}  // namespace sensor::identify
