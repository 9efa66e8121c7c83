#include "sensor/attribute/feeds/radius.h"

#include <algorithm>
#include <array>

namespace sensor::attribute::feeds {
namespace {

constexpr std::size_t kMostRecent = 4096;  // requests of which a retransmission is known

/// A NAS whose clock is off by more than this has no clock that it set: then its packets' arrival
/// counts. Late packets of one that was cut off are far newer.
constexpr std::chrono::hours kOldest{7 * 24};
constexpr std::chrono::minutes kNewest{5};

Timestamp time_of(const radius::Accounting& told, Timestamp arrival) {
    // Nothing has waited since before 1970.
    const bool is_delay = told.delay <= arrival.time_since_epoch();
    const Timestamp delayed = is_delay ? arrival - told.delay : arrival;
    if (!told.timestamp) return delayed;
    const Timestamp own{*told.timestamp};
    return own < delayed - kOldest || own > arrival + kNewest ? delayed : own;
}

constexpr std::array<std::string_view, static_cast<std::size_t>(RadiusOutcome::kCount)> kNames{
    "accepted",  "repeated", "malformed", "other-code", "unknown-client", "wrong-authenticator",
    "incomplete"};

}  // namespace

std::string_view name_of(RadiusOutcome outcome) noexcept {
    return kNames[static_cast<std::size_t>(outcome)];
}

RadiusReader::RadiusReader(Options options)
    : options_{std::move(options)}, sessions_{options_.most_sessions} {}

const RadiusClient* RadiusReader::client_at(const Address& address) const noexcept {
    const RadiusClient* nearest = nullptr;
    for (const RadiusClient& client : options_.clients) {
        if (!client.address.contains(address)) continue;
        if (nearest == nullptr || nearest->address.length < client.address.length)
            nearest = &client;
    }
    return nearest;
}

bool RadiusReader::remember(const Request& request) {
    const auto [place, is_new] = recent_.insert(request);
    if (!is_new) return false;
    by_age_.push_back(place);
    if (by_age_.size() > kMostRecent) {
        recent_.erase(by_age_.front());
        by_age_.pop_front();
    }
    is_undoable_ = true;
    return true;
}

void RadiusReader::undo() {
    if (!is_undoable_) return;
    sessions_.undo();
    recent_.erase(by_age_.back());
    by_age_.pop_back();
    is_undoable_ = false;
}

RadiusReader::Heard RadiusReader::read(bytes::View datagram, const Endpoint& from,
                                       Timestamp arrival) {
    is_undoable_ = false;
    const auto without = [](RadiusOutcome outcome) {
        return Heard{.outcome = outcome, .events = {}, .response = {}};
    };
    const RadiusClient* client = client_at(from.address);
    if (client == nullptr && !options_.trust_unverified)
        return without(RadiusOutcome::kUnknownClient);
    const auto packet = radius::parse_packet(datagram);
    if (!packet) return without(RadiusOutcome::kMalformed);
    if (packet->code != radius::Code::kAccountingRequest) return without(RadiusOutcome::kOtherCode);
    if (client != nullptr && !radius::is_genuine(*packet, client->secret))
        return without(RadiusOutcome::kWrongAuthenticator);
    const auto told = radius::read_accounting(*packet, options_.groups);
    if (!told) return without(RadiusOutcome::kIncomplete);

    Heard heard{.outcome = RadiusOutcome::kRepeated, .events = {}, .response = {}};
    if (client != nullptr) heard.response = radius::response_to(*packet, client->secret);
    Request request{.from = from, .identifier = packet->identifier};
    std::ranges::copy(packet->authenticator, request.authenticator.begin());
    if (!remember(request)) return heard;
    heard.outcome = RadiusOutcome::kAccepted;
    heard.events = sessions_.apply(*told, time_of(*told, arrival));
    return heard;
}

}  // namespace sensor::attribute::feeds
