#include "sensor/control/unmapped_sessions.h"

#include <algorithm>
#include <string>
#include <utility>

#include "sensor/attribute/tag_text.h"

namespace sensor::control {

UnmappedSessions unmapped_sessions(const Engine& engine) {
    UnmappedSessions found;
    for (const auto& stages : engine.all_stages()) {
        const attribute::UnmappedTags& unmapped = stages->attribute().unmapped();
        const std::size_t size = unmapped.size();
        for (std::size_t place = 0; place < size; ++place) {
            std::string tags = attribute::text_of(unmapped[place]);
            const std::uint64_t sessions = unmapped.sessions(place);
            const auto known = std::ranges::find(found.by_tags, tags, &report::NamedCount::name);
            if (known == found.by_tags.end()) {
                found.by_tags.push_back({std::move(tags), sessions});
            } else {
                known->count += sessions;
            }
        }
        found.others += unmapped.others();
    }
    std::ranges::sort(found.by_tags, [](const auto& a, const auto& b) {
        return a.count != b.count ? a.count > b.count : a.name < b.name;
    });
    return found;
}

}  // namespace sensor::control
