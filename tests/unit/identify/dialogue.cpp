#include "tests/unit/identify/dialogue.h"

#include <algorithm>

namespace test {

const Signatures& catalog_signatures() {
    static const Signatures signatures = *Signatures::compile({});
    return signatures;
}

Payload concatenated(std::initializer_list<bytes::View> parts) {
    Payload whole;
    for (const bytes::View part : parts)
        whole.insert(whole.end(), part.begin(), part.end());
    return whole;
}

Payload changed(bytes::View original, std::size_t offset,
                std::initializer_list<std::uint8_t> bytes) {
    Payload copy{original.begin(), original.end()};
    for (const std::uint8_t byte : bytes)
        copy.at(offset++) = byte;
    return copy;
}

Exchange datagram(bytes::View said, std::uint32_t token) {
    return {.said = said, .transport = Transport::kUdp, .token = token};
}
Exchange reply(bytes::View said, std::uint32_t token) {
    return {.said = said,
            .direction = Direction::kToClient,
            .transport = Transport::kUdp,
            .token = token};
}
Exchange multicast(bytes::View said) {
    return {.said = said, .transport = Transport::kUdp, .multicast = true};
}
Exchange stream(bytes::View said, std::uint32_t token) {
    return {.said = said, .transport = Transport::kTcp, .token = token};
}
Exchange stream_back(bytes::View said, std::uint32_t token) {
    return {.said = said,
            .direction = Direction::kToClient,
            .transport = Transport::kTcp,
            .token = token};
}

Verdict ask(Validate validate, Exchange exchange) {
    const Payload copy{exchange.said.begin(), exchange.said.end()};
    exchange.said = copy;
    return validate(exchange);
}

std::vector<std::size_t> accepted_cuts(Validate validate, Exchange exchange) {
    std::vector<std::size_t> accepted;
    const bytes::View whole = exchange.said;
    for (std::size_t size = 0; size < whole.size(); ++size) {
        exchange.said = whole.first(size);
        if (ask(validate, exchange).match == Match::kYes) accepted.push_back(size);
    }
    return accepted;
}

std::string fact_of(const Protocol& protocol, const Exchange& exchange, Fact fact) {
    Facts facts;
    if (protocol.extract != nullptr) protocol.extract(exchange, facts);
    return std::string{facts.find(fact)};
}

std::string_view recognised_as(const Exchange& exchange) {
    Identifier identifier{catalog_signatures()};
    const auto found = identifier.recognise(exchange, ProtocolId::kUnknown);
    if (found.match != Match::kYes) return "unknown";
    return catalog_signatures().name_of(found.protocol);
}

Dialogue::Dialogue(Transport transport, Opening opening) {
    session_.key.transport = transport;
    session_.set(kClientIsLow);
    if (opening == Opening::kSeen) session_.set(kDirectionKnown);
}

std::string_view Dialogue::protocol() const {
    return catalog_signatures().name_of(session_.protocol);
}

std::string_view Dialogue::inner() const {
    return catalog_signatures().name_of(session_.inner);
}

/// What flow does between two packets: counts, keeps what a stream said so far, and shows both
/// ends' bytes.
Dialogue& Dialogue::say(bytes::View said, bool from_low) {
    const bool is_tcp = session_.key.transport == Transport::kTcp;
    const Direction direction = session_.direction_of(from_low);
    const auto spoken = session_.spoken[static_cast<std::size_t>(direction)];
    Payload& mine = said_[from_low ? 0 : 1];
    if (!is_tcp) mine.clear();
    mine.insert(mine.end(), said.begin(), said.end());
    const bool is_known = spoken != ProtocolId::kUnknown || session_.has(kIdentified);
    if (is_known && !session_.is_followed()) return *this;
    session_.count_attempt(direction);
    burst_->size = 1;
    burst_->begin_round();
    burst_->add_due(0);
    burst_->sessions[0] = &session_;
    burst_->speech[0] = {.said = mine, .heard = {}, .from_low = from_low, .following = &following_};
    if (is_tcp) burst_->speech[0].heard = said_[from_low ? 1 : 0];
    identifier_.run(*burst_);
    return *this;
}

Payload Noise::next(std::size_t size) {
    Payload bytes(size);
    std::ranges::generate(bytes, [this] { return static_cast<std::uint8_t>(engine_() >> 24U); });
    return bytes;
}

}  // namespace test
