// Payloads put to one protocol's validator, or to the identifier with the whole catalog.
#pragma once

#include <algorithm>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "sensor/identify/catalog.h"
#include "sensor/identify/identifier.h"

namespace test {

using sensor::Direction;
using sensor::Fact;
using sensor::Facts;
using sensor::Transport;
using sensor::identify::Exchange;
using sensor::identify::Match;
using sensor::identify::Protocol;
using sensor::identify::Role;
using sensor::identify::Verdict;

using Bytes = std::vector<std::uint8_t>;

template <class Range>
Bytes bytes_from(const Range& range) {
    return Bytes(range.begin(), range.end());
}
inline Bytes operator+(Bytes left, const Bytes& right) {
    left.insert(left.end(), right.begin(), right.end());
    return left;
}

inline Exchange exchange_of(const Protocol& protocol, bytes::View said, Direction direction,
                            std::uint32_t token = 0) {
    const bool is_tcp = (protocol.transports & sensor::identify::kOverTcp) != 0;
    return {.said = said,
            .direction = direction,
            .transport = is_tcp ? Transport::kTcp : Transport::kUdp,
            .direction_known = is_tcp,
            .token = token};
}
inline Verdict ask(const Protocol& protocol, const Bytes& said, Direction direction,
                   std::uint32_t token = 0) {
    return protocol.validate(exchange_of(protocol, said, direction, token));
}
inline Verdict client_says(const Protocol& protocol, const Bytes& said, std::uint32_t token = 0) {
    return ask(protocol, said, Direction::kToServer, token);
}
inline Verdict server_says(const Protocol& protocol, const Bytes& said, std::uint32_t token = 0) {
    return ask(protocol, said, Direction::kToClient, token);
}

/// The verdict on the first `length` bytes, in an allocation that ends with them.
inline Verdict ask_cut(const Protocol& protocol, const Bytes& said, std::size_t length,
                       Direction direction, std::uint32_t token = 0) {
    const auto end = said.begin() + static_cast<std::ptrdiff_t>(length);
    return ask(protocol, Bytes(said.begin(), end), direction, token);
}

/// Extracts from every beginning of `said`, each in an allocation of its own.
inline void extract_cut_everywhere(const Protocol& protocol, const Bytes& said,
                                   Direction direction) {
    for (std::size_t length = 0; length <= said.size(); ++length) {
        const Bytes cut(said.begin(), said.begin() + static_cast<std::ptrdiff_t>(length));
        Facts facts;
        protocol.extract(exchange_of(protocol, cut, direction), facts);
    }
}

inline Facts facts_of(const Protocol& protocol, const Bytes& said, Direction direction) {
    Facts facts;
    protocol.extract(exchange_of(protocol, said, direction), facts);
    return facts;
}

/// How many of `rounds` payloads that start with `start` and go on at random are recognised.
inline unsigned count_recognised(const Protocol& protocol, std::string_view start,
                                 std::size_t least_bytes, std::size_t most_bytes,
                                 Direction direction, std::uint32_t token = 0,
                                 unsigned rounds = 20'000) {
    std::mt19937 random{20260921};  // NOLINT: the same bytes in every run
    unsigned recognised = 0;
    for (unsigned round = 0; round < rounds; ++round) {
        const std::size_t size = least_bytes + random() % (most_bytes - least_bytes + 1);
        Bytes said(std::max(size, start.size()));
        std::ranges::generate(said, [&] { return static_cast<std::uint8_t>(random()); });
        std::ranges::copy(start, said.begin());
        if (ask(protocol, said, direction, token).match == Match::kYes) ++recognised;
    }
    return recognised;
}

/// One session's payloads, shown to the identifier with every signature of the catalog.
class WebDialogue {
  public:
    explicit WebDialogue(Transport transport) : transport_{transport} {}

    /// The protocol's name, "" for none; a recognised payload's token goes to the other side.
    std::string client(const Bytes& said) { return hear(said, Direction::kToServer); }
    std::string server(const Bytes& said) { return hear(said, Direction::kToClient); }
    /// What the identifier made of the payload heard last.
    [[nodiscard]] const sensor::identify::Identifier::Recognition& last() const { return last_; }

  private:
    std::string hear(const Bytes& said, Direction direction) {
        static const auto signatures = sensor::identify::Signatures::compile({});
        static sensor::identify::Identifier identifier{*signatures};
        last_ = identifier.recognise({.said = said,
                                      .direction = direction,
                                      .transport = transport_,
                                      .direction_known = transport_ == Transport::kTcp,
                                      .token = token_},
                                     other_side_);
        if (last_.match != Match::kYes) return "";
        other_side_ = last_.protocol;
        token_ = last_.token;
        return signatures->name_of(last_.protocol);
    }

    Transport transport_;
    sensor::ProtocolId other_side_ = sensor::ProtocolId::kUnknown;
    std::uint32_t token_ = 0;
    sensor::identify::Identifier::Recognition last_;
};

}  // namespace test
