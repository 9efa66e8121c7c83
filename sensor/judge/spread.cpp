#include "sensor/judge/spread.h"

#include <algorithm>
#include <functional>
#include <string>

#include "sensor/judge/behaviour.h"

namespace sensor::judge {
namespace {

constexpr std::uint64_t mixed(std::uint64_t value) noexcept {
    value = (value ^ (value >> 31U)) * 0x9e37'79b9'7f4a'7c15ULL;
    return value ^ (value >> 29U);
}

}  // namespace

SpreadTable::Values& SpreadTable::values_of(std::uint64_t key) {
    const auto [place, is_new] = values_.try_emplace(key);
    Values& values = place->second;
    if (is_new) {
        order_.push_back(key);
        if (order_.size() > most_keys_) {
            values_.erase(order_.front());
            order_.pop_front();
        }
    }
    return values;
}

void SpreadTable::restore(std::uint64_t key, std::span<const std::uint32_t> hashes) {
    Values& values = values_of(key);
    values.count = static_cast<unsigned>(std::min<std::size_t>(hashes.size(), kMost));
    std::copy_n(hashes.begin(), values.count, values.hashes.begin());
}

unsigned SpreadTable::note(std::uint64_t key, std::uint64_t value) {
    Values& values = values_of(key);
    const auto hash = static_cast<std::uint32_t>(mixed(value) >> 32U);
    const std::span known{values.hashes.data(), values.count};
    if (std::ranges::find(known, hash) == known.end() && values.count < kMost) {
        values.hashes[values.count++] = hash;
    }
    return values.count;
}

std::uint64_t hash_of(const Address& address) noexcept {
    const auto [high, low] = address.words();
    return mixed(high) ^ low;
}

SpreadKeys spread_keys(const Observation& session) {
    const std::string who = subject_of(session) + "\n" + session.attribution.app + "\n" +
                            session.attribution.app_group + "\n" + session.protocol;
    const std::uint64_t owner = std::hash<std::string>{}(who);
    const auto port = static_cast<std::uint64_t>(session.server.port) * 4 +
                      static_cast<std::uint64_t>(session.transport);
    return {.destinations = mixed(owner ^ mixed(port + 1)),
            .ports = mixed(owner ^ mixed(hash_of(session.server.address)))};
}

}  // namespace sensor::judge
