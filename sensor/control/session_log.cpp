#include "sensor/control/session_log.h"

#include <algorithm>
#include <functional>

namespace sensor::control {
namespace {

class Mixer {
  public:
    Mixer& add(std::uint64_t value) noexcept {
        constexpr std::uint64_t kOdd = 0x9e37'79b9'7f4a'7c15ULL;
        sum_ = (sum_ ^ (value + kOdd + (sum_ << 6U) + (sum_ >> 2U))) * kOdd;
        sum_ ^= sum_ >> 29U;
        return *this;
    }
    Mixer& add(const std::string& text) { return add(std::hash<std::string>{}(text)); }
    template <class Word>
    requires std::is_enum_v<Word> Mixer& add(Word word) noexcept {
        return add(static_cast<std::uint64_t>(word));
    }
    Mixer& add(const std::optional<Timestamp>& time) noexcept {
        return add(time ? static_cast<std::uint64_t>(nanoseconds_of(*time)) : 1U);
    }
    Mixer& add(const std::optional<Duration>& length) noexcept {
        return add(length ? static_cast<std::uint64_t>(length->count()) : 1U);
    }
    [[nodiscard]] std::uint64_t sum() const noexcept { return sum_; }

  private:
    std::uint64_t sum_ = 0;
};

}  // namespace

std::uint64_t light_of(const Observation& session) {
    const Attribution& who = session.attribution;
    const DeviceContext& is = session.context;
    Mixer mixer;
    mixer.add(who.device).add(who.device_name).add(who.user).add(who.platform).add(who.app);
    mixer.add(who.app_group).add(who.method).add(who.confidence);
    mixer.add(is.app_state).add(is.app_state_since).add(is.last_foreground).add(is.locked);
    mixer.add(is.locked_since).add(is.since_interaction).add(is.since_job).add(is.job);
    mixer.add(is.since_unlock).add(is.started_locked).add(is.since_process);
    mixer.add(is.managed).add(is.supervised).add(is.compliant).add(is.app_managed);
    mixer.add(is.app_approved).add(is.app_installed).add(is.app_version).add(is.app_signer);
    return mixer.sum();
}

std::size_t SessionLog::Hash::operator()(const Address& address) const noexcept {
    const auto [high, low] = address.words();
    return Mixer{}.add(high).add(low).sum();
}

SessionLog::SessionLog(std::size_t capacity) : capacity_{std::max<std::size_t>(capacity, 1)} {}

SessionLog::Entry& SessionLog::note(const SessionRecord& record) {
    const bool is_over = record.kind == RecordKind::kEnd;
    const std::uint64_t flow_id = record.order.flow_id;
    if (const auto known = open_.find(flow_id); known != open_.end()) {
        Slot& slot = slots_[known->second];
        if (is_over) open_.erase(known);
        slot.entry.record = record;
        return slot.entry;
    }
    const std::uint32_t place = free_slot();
    Slot& slot = slots_[place];
    slot.entry = {.record = record, .facts = {}, .light = 0, .finding = {}, .beyond = {}};
    slot.next = kNone;
    Chain& chain = by_client_[record.session.client().address];
    (chain.first == kNone ? chain.first : slots_[chain.last].next) = place;
    chain.last = place;
    if (!is_over) open_.emplace(flow_id, place);
    return slot.entry;
}

std::uint32_t SessionLog::free_slot() {
    if (slots_.size() < capacity_) {
        slots_.emplace_back();
        return static_cast<std::uint32_t>(slots_.size() - 1);
    }
    const std::uint32_t place = oldest_;
    forget_oldest();
    oldest_ = static_cast<std::uint32_t>((oldest_ + 1) % slots_.size());
    return place;
}

/// The oldest of all is the first of its client's.
void SessionLog::forget_oldest() {
    const Slot& slot = slots_[oldest_];
    const auto open = open_.find(slot.entry.record.order.flow_id);
    if (open != open_.end() && open->second == oldest_) open_.erase(open);
    const auto chain = by_client_.find(slot.entry.record.session.client().address);
    chain->second.first = slot.next;
    if (slot.next == kNone) by_client_.erase(chain);
}

}  // namespace sensor::control
