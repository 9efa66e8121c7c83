// Identification from a test's point of view: one payload, every cut of it, noise, or a whole
// conversation as flow would hand it on.
#pragma once

#include <array>
#include <initializer_list>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "sensor/identify/catalog.h"
#include "sensor/identify/identifier.h"

namespace test {

using sensor::Direction;
using sensor::Transport;
using sensor::identify::Exchange;
using sensor::identify::Match;

inline const sensor::identify::Signatures& signatures() {
    static const auto compiled = sensor::identify::Signatures::compile({});
    return *compiled;
}
inline sensor::identify::Identifier& identifier() {
    static sensor::identify::Identifier shared{signatures()};
    return shared;
}

/// Bytes in an allocation of exactly their size, so that ASan guards the end.
class Bytes {
  public:
    explicit Bytes(std::string_view text)
        : size_{text.size()}, data_{std::make_unique<std::uint8_t[]>(size_)} {
        std::copy(text.begin(), text.end(), data_.get());
    }
    [[nodiscard]] bytes::View view() const { return {data_.get(), size_}; }

  private:
    std::size_t size_;
    std::unique_ptr<std::uint8_t[]> data_;
};

template <std::size_t N>
std::string text_of(const std::array<std::uint8_t, N>& raw) {
    return {raw.begin(), raw.end()};
}

/// The verdict on one payload; `other_side` names what the other side was recognised as.
inline sensor::identify::Identifier::Recognition recognise(std::string_view text,
                                                           Direction direction,
                                                           std::string_view other_side = {},
                                                           Transport transport = Transport::kTcp) {
    const Bytes said{text};
    const auto row = sensor::identify::find_row(other_side);
    return identifier().recognise({.said = said.view(),
                                   .direction = direction,
                                   .transport = transport,
                                   .token = row ? 1U : 0U},
                                  row ? sensor::identify::id_of(*row) : sensor::ProtocolId{});
}
/// "smtp", "smtp?" while it may still become SMTP or something else, or "unknown".
inline std::string name_of(const sensor::identify::Identifier::Recognition& found) {
    if (found.match == Match::kNo) return "unknown";
    if (found.match == Match::kNeedMore) return "undecided";
    return signatures().name_of(found.protocol);
}
inline std::string client_says(std::string_view text, std::string_view other_side = {}) {
    return name_of(recognise(text, Direction::kToServer, other_side));
}
inline std::string server_says(std::string_view text, std::string_view other_side = {}) {
    return name_of(recognise(text, Direction::kToClient, other_side));
}
/// A datagram to the server.
inline std::string datagram_says(std::string_view text) {
    return name_of(recognise(text, Direction::kToServer, {}, Transport::kUdp));
}

/// No cut of `text` may be taken for anything but `name`.
inline void expect_cuts_are_only(std::string_view name, std::string_view text,
                                 Transport transport = Transport::kTcp) {
    for (std::size_t length = 0; length <= text.size(); ++length) {
        for (const auto direction : {Direction::kToServer, Direction::kToClient}) {
            const auto found = recognise(text.substr(0, length), direction, {}, transport);
            if (found.match != Match::kYes) continue;
            EXPECT_EQ(signatures().name_of(found.protocol), name)
                << "after " << length << " bytes of " << text;
        }
    }
}

/// Random bytes are never recognised; behind `starts` the first of them is a control character, so
/// that chance does not complete the message begun.
inline void expect_noise_is_unknown(std::initializer_list<std::string_view> starts) {
    std::mt19937 random{20260921};
    std::uniform_int_distribution<int> byte{0, 255};
    std::uniform_int_distribution<std::size_t> length{1, 200};
    for (int round = 0; round < 300; ++round) {
        for (const std::string_view start : starts) {
            std::string text{start};
            if (!start.empty()) text.push_back(static_cast<char>(byte(random) % 9));
            for (std::size_t left = length(random); left != 0; --left)
                text.push_back(static_cast<char>(byte(random)));
            for (const auto transport : {Transport::kTcp, Transport::kUdp}) {
                const auto found = recognise(text, Direction::kToServer, {}, transport);
                const auto back = recognise(text, Direction::kToClient, {}, transport);
                EXPECT_NE(found.match, Match::kYes) << start << " in round " << round;
                EXPECT_NE(back.match, Match::kYes) << start << " in round " << round;
            }
        }
    }
}

/// A conversation over one session whose client is its low endpoint.
class TextDialogue {
  public:
    explicit TextDialogue(Transport transport = Transport::kTcp, bool direction_known = true)
        : burst_{std::make_unique<sensor::Burst>()} {
        session_.key.transport = transport;
        session_.set(sensor::kClientIsLow);
        if (direction_known) session_.set(sensor::kDirectionKnown);
    }
    TextDialogue& client(std::string_view text) { return say(text, true); }
    TextDialogue& server(std::string_view text) { return say(text, false); }

    /// "smtp, both" once it is decided; "smtp" before; "conflict".
    [[nodiscard]] std::string verdict() const {
        if (session_.has(sensor::kConflict)) return "conflict";
        const auto name = signatures().name_of(session_.protocol);
        const bool is_confirmed = session_.confirmed() == sensor::Confirmed::kBoth;
        return is_confirmed ? name + ", both" : name;
    }
    [[nodiscard]] const sensor::Session& session() const { return session_; }
    [[nodiscard]] std::string_view fact(sensor::Fact fact) const { return facts_.find(fact); }

  private:
    TextDialogue& say(std::string_view text, bool from_low) {
        std::string& mine = heard_[from_low ? 0 : 1];
        const std::string& theirs = heard_[from_low ? 1 : 0];
        const bool is_stream = session_.key.transport == Transport::kTcp;
        mine = is_stream ? mine + std::string{text} : std::string{text};
        const auto way = session_.direction_of(from_low);
        const auto spoken = [&](Direction direction) {
            return session_.spoken[static_cast<std::size_t>(direction)] != sensor::ProtocolId{};
        };
        if (session_.has(sensor::kIdentified) || spoken(way) || session_.is_exhausted(way)) {
            return *this;
        }
        const Bytes said{mine};
        const Bytes heard{is_stream && !spoken(opposite(way)) ? theirs : std::string{}};
        session_.count_attempt(way);
        burst_->size = 1;
        burst_->begin_round();
        burst_->add_due(0);
        burst_->sessions[0] = &session_;
        burst_->speech[0] = {.said = said.view(), .heard = heard.view(), .from_low = from_low};
        identifier().run(*burst_);
        note_facts();
        return *this;
    }
    void note_facts() {
        for (const auto& [said, protocol, direction] : burst_->recognised[0]) {
            const auto* row = sensor::identify::Signatures::row_of(protocol);
            if (row == nullptr || row->extract == nullptr) continue;
            row->extract({.said = said, .direction = direction}, facts_);
        }
    }

    sensor::Session session_;
    std::unique_ptr<sensor::Burst> burst_;
    std::array<std::string, 2> heard_;  // what the low and the high endpoint said so far
    sensor::Facts facts_;
};

}  // namespace test
