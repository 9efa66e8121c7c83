// Where a reader of documents puts what it finds, event by event. Cold path.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "sensor/attribute/feeds/feed.h"
#include "sensor/attribute/feeds/sound_event.h"

namespace sensor::attribute::feeds {

using EventFact = decltype(IdentityEvent::fact);

class FeedOutput {
  public:
    /// `source` is the feed's name; `received` the time of what has none of its own.
    FeedOutput(std::string_view source, Timestamp received)
        : source_{source}, received_{received} {}

    [[nodiscard]] Timestamp received() const noexcept { return received_; }

    /// The next line, record or event of the document: what follows is said of it.
    void begin() noexcept { ++number_; }
    /// The same, where the document has numbers of its own.
    void begin_at(std::uint64_t number) noexcept { number_ = number; }
    /// Unless it is not sound: then it is rejected.
    void add(Timestamp time, std::string device, EventFact fact) {
        IdentityEvent event{time, std::move(device), source_, std::move(fact)};
        make_names_readable(event);
        if (std::string objection = objection_to(event); !objection.empty())
            return reject(std::move(objection));
        held_.events.push_back(std::move(event));
    }
    /// Unless the document said the same of this device just before: logs repeat it in every line.
    void add_unless_known(Timestamp time, const std::string& device, const DeviceFact& fact) {
        const auto [known, is_new] = devices_.try_emplace(device, fact);
        if (!is_new && known->second == fact) return;
        known->second = fact;
        add(time, device, fact);
    }
    void reject(std::string reason) { held_.reject(number_, std::move(reason)); }
    void reject_document(std::string reason) { held_.reject(0, std::move(reason)); }
    void pass_over() noexcept { ++held_.passed_over; }

    [[nodiscard]] FeedEvents take() { return std::exchange(held_, {}); }

  private:
    std::string source_;
    Timestamp received_;
    std::uint64_t number_ = 0;
    FeedEvents held_;
    std::map<std::string, DeviceFact> devices_;  // what was said last of each
};

}  // namespace sensor::attribute::feeds
