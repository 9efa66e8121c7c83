#include "sensor/attribute/feeds/ipfix_templates.h"

#include <algorithm>
#include <utility>

namespace sensor::attribute::feeds::ipfix {
namespace {

constexpr std::uint16_t kFirstNumber = 256;  // of a template; below are set ids
constexpr std::size_t kMostDomains = 64;     // of one exporter

Field read_field(bytes::ByteCursor& cursor) noexcept {
    constexpr unsigned kEnterpriseBit = 0x8000;
    Field field;
    const unsigned element = cursor.read<std::uint16_t>();
    field.element = static_cast<std::uint16_t>(element & ~kEnterpriseBit);
    field.length = cursor.read<std::uint16_t>();
    if ((element & kEnterpriseBit) != 0) field.enterprise = cursor.read<std::uint32_t>();
    return field;
}

/// Nothing if the cursor fails, or no record could be told from the next.
std::optional<Template> read_template(bytes::ByteCursor& cursor, std::size_t fields,
                                      bool of_options) {
    Template layout;
    layout.is_of_options = of_options;
    if (of_options) {
        // RFC 7011 §3.4.2.2: how many of the fields are the scope, at least one.
        const std::size_t scope = cursor.read<std::uint16_t>();
        if (scope == 0 || scope > fields) return std::nullopt;
    }
    if (fields > Template::kMostFields) return std::nullopt;
    for (std::size_t i = 0; i < fields && cursor.ok(); ++i) {
        const Field field = read_field(cursor);
        layout.shortest += field.length == Field::kVariable ? 1 : field.length;
        layout.fields.push_back(field);
    }
    if (!cursor.ok() || layout.shortest == 0) return std::nullopt;
    return layout;
}

}  // namespace

Templates::Known& Templates::of(const Exporter& exporter) {
    const auto found = known_.find(exporter);
    if (found != known_.end()) {
        recency_.splice(recency_.end(), recency_, found->second.recency);
        return found->second;
    }
    if (known_.size() >= limits_.exporters) forget(Exporter{recency_.front()});
    Known& known = known_[exporter];
    known.recency = recency_.insert(recency_.end(), exporter);
    return known;
}

void Templates::forget(const Exporter& exporter) {
    const auto found = known_.find(exporter);
    if (found == known_.end()) return;
    recency_.erase(found->second.recency);
    held_ -= found->second.templates.size() + found->second.next.size();
    known_.erase(found);
}

bool Templates::make_room() {
    while (held_ >= limits_.of_all && known_.size() > 1)
        forget(Exporter{recency_.front()});
    return held_ < limits_.of_all;
}

/// Null if there are too many.
Templates::Shared Templates::share(Template layout) {
    if (const auto found = layouts_.find(layout); found != layouts_.end()) {
        if (auto shared = found->second.lock()) return shared;
    }
    if (layouts_.size() >= limits_.different) {
        std::erase_if(layouts_, [](const auto& entry) { return entry.second.expired(); });
        if (layouts_.size() >= limits_.different) return nullptr;
    }
    auto shared = std::make_shared<const Template>(layout);
    layouts_[std::move(layout)] = shared;
    return shared;
}

/// RFC 7011 §8.1: the number of the set itself stands for all templates of its kind.
void Templates::withdraw(Known& known, std::uint32_t domain, std::uint16_t number,
                         bool of_options) {
    held_ -= std::erase_if(known.templates, [&](const auto& entry) {
        const auto [of_domain, of_number] = entry.first;
        const bool is_meant = number < kFirstNumber
                                  ? entry.second.layout->is_of_options == of_options
                                  : of_number == number;
        return of_domain == domain && is_meant;
    });
}

Templates::Outcome Templates::learn(const Exporter& exporter, std::uint32_t domain, bytes::View set,
                                    bool of_options, Timestamp now) {
    constexpr std::size_t kShortestTemplate = 4;  // bytes; less is padding
    constexpr std::uint16_t kTemplates = 2;
    constexpr std::uint16_t kOptionsTemplates = 3;
    Outcome outcome;
    Known& known = of(exporter);
    bytes::ByteCursor cursor{set};
    while (cursor.rest().size() >= kShortestTemplate) {
        const auto number = cursor.read<std::uint16_t>();
        const std::size_t fields = cursor.read<std::uint16_t>();
        if (fields == 0) {
            if (number == 0) return outcome;  // padding
            const bool is_of_all = number == (of_options ? kOptionsTemplates : kTemplates);
            // §8.4: by UDP templates are not withdrawn, they expire.
            if (!exporter.is_udp() && (is_of_all || number >= kFirstNumber))
                withdraw(known, domain, number, of_options);
            continue;
        }
        auto layout = read_template(cursor, fields, of_options);
        if (!layout || number < kFirstNumber) {
            outcome.is_malformed = true;
            return outcome;
        }
        const bool is_known = known.templates.contains({domain, number});
        const bool has_room = is_known || (known.templates.size() < limits_.of_one && make_room());
        Shared shared = has_room ? share(*std::move(layout)) : nullptr;
        if (shared == nullptr) {
            ++outcome.refused;
            continue;
        }
        known.templates[{domain, number}] = {std::move(shared), now};
        if (!is_known) ++held_;
        ++outcome.learnt;
    }
    return outcome;
}

const Template* Templates::find(const Exporter& exporter, std::uint32_t domain,
                                std::uint16_t number, Timestamp now) {
    auto& templates = of(exporter).templates;
    const auto found = templates.find({domain, number});
    if (found == templates.end()) return nullptr;
    if (exporter.is_udp() && now - found->second.time > limits_.lifetime) {
        templates.erase(found);
        --held_;
        return nullptr;
    }
    return found->second.layout.get();
}

std::uint32_t Templates::missed(const Exporter& exporter, std::uint32_t domain,
                                std::uint32_t sequence, std::optional<std::uint32_t> records) {
    auto& next = of(exporter).next;
    if (!next.contains(domain)) {
        if (next.size() == kMostDomains) held_ -= std::exchange(next, {}).size();
        if (!make_room()) return 0;
        ++held_;
    }
    auto& expected = next[domain];
    // A number that lies behind is of a message that was overtaken, or of an exporter that began
    // anew: nothing is missing then.
    const std::uint32_t ahead = expected ? sequence - *expected : 0;
    constexpr std::uint32_t kHalf = 1U << 31U;
    const bool is_behind = ahead >= kHalf;
    constexpr std::uint32_t kOvertaken = 1000;  // records; what lies farther back began anew
    if (is_behind && 0U - ahead < kOvertaken) return 0;
    expected = records ? std::optional{sequence + *records} : std::nullopt;
    return is_behind ? 0 : ahead;
}

}  // namespace sensor::attribute::feeds::ipfix
