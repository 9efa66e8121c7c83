// The templates of IPFIX (RFC 7011 §3.4, §8): how the records of each exporter are laid out. Cold
// path.
#pragma once

#include <chrono>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "lib/bytes/byte_cursor.h"
#include "sensor/model/address.h"
#include "sensor/model/timestamp.h"

namespace sensor::attribute::feeds::ipfix {

struct Field {
    static constexpr std::uint16_t kVariable = 65535;  ///< its length stands before it, §7
    std::uint32_t enterprise = 0;                      ///< 0: IANA's
    std::uint16_t element = 0;
    std::uint16_t length = 0;  ///< bytes

    friend auto operator<=>(const Field&, const Field&) = default;
};

struct Template {
    static constexpr std::size_t kMostFields = 512;
    std::vector<Field> fields;
    std::size_t shortest = 0;  ///< bytes that the shortest record takes; at least 1
    bool is_of_options = false;

    friend auto operator<=>(const Template&, const Template&) = default;
};

/// Whoever sends over one transport session: templates of one are unknown in another.
struct Exporter {
    Endpoint peer;
    std::uint64_t connection = 0;  ///< by TCP, its number; 0 by UDP

    [[nodiscard]] bool is_udp() const noexcept { return connection == 0; }
    friend auto operator<=>(const Exporter&, const Exporter&) = default;
};

class Templates {
  public:
    struct Limits {
        std::size_t exporters = 65536;  ///< of more, the one longest unheard of is forgotten
        std::size_t of_one = 256;       ///< templates of one exporter; more are refused
        std::size_t of_all = 262'144;   ///< of all together, sequence numbers included; for more,
                                        ///< the exporters longest unheard of are forgotten
        std::size_t different = 8192;   ///< layouts of all exporters together; more are refused
        Duration lifetime = std::chrono::hours{25};  ///< by UDP, unless it is sent again
    };
    explicit Templates(const Limits& limits) : limits_{limits} {}

    /// What came of a set of templates.
    struct Outcome {
        std::size_t learnt = 0;
        std::size_t refused = 0;  ///< for want of room
        bool is_malformed = false;
    };
    /// Reads the body of a Template Set, or of an Options Template Set.
    Outcome learn(const Exporter& exporter, std::uint32_t domain, bytes::View set, bool of_options,
                  Timestamp now);
    /// Null if nobody told it, or too long ago. Borrowed until the next learn() or forget().
    [[nodiscard]] const Template* find(const Exporter& exporter, std::uint32_t domain,
                                       std::uint16_t number, Timestamp now);

    /// Records that the sequence number says were sent and never came (RFC 7011 §3.1). `records` of
    /// the message are nothing if it holds some that cannot be counted.
    std::uint32_t missed(const Exporter& exporter, std::uint32_t domain, std::uint32_t sequence,
                         std::optional<std::uint32_t> records);
    /// The transport session is over.
    void forget(const Exporter& exporter);
    [[nodiscard]] std::size_t exporters() const noexcept { return known_.size(); }

  private:
    using Shared = std::shared_ptr<const Template>;
    struct Told {
        Shared layout;
        Timestamp time{};
    };
    struct Known {
        std::map<std::pair<std::uint32_t, std::uint16_t>, Told> templates;  // by domain and number
        std::map<std::uint32_t, std::optional<std::uint32_t>> next;  // sequence number, by domain
        std::list<Exporter>::iterator recency;
    };

    Known& of(const Exporter& exporter);
    /// Forgets others for one thing more of the exporter heard last. False if there are none.
    [[nodiscard]] bool make_room();
    [[nodiscard]] Shared share(Template layout);
    void withdraw(Known& known, std::uint32_t domain, std::uint16_t number, bool of_options);

    Limits limits_;
    std::map<Exporter, Known> known_;
    std::size_t held_ = 0;         // templates and sequence numbers of all
    std::list<Exporter> recency_;  // the longest unheard of first
    std::map<Template, std::weak_ptr<const Template>> layouts_;  // devices of a kind share one
};

}  // namespace sensor::attribute::feeds::ipfix
