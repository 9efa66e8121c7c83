#include "sensor/attribute/feeds/ipfix.h"

#include <array>

#include "sensor/attribute/feeds/event_time.h"

namespace sensor::attribute::feeds {
namespace {

using ipfix::Field;
using ipfix::Template;

constexpr std::uint16_t kVersion = 10;
constexpr std::size_t kHeader = 16;    // bytes
constexpr std::size_t kSetHeader = 4;  // bytes
constexpr std::uint16_t kTemplates = 2;
constexpr std::uint16_t kOptionsTemplates = 3;
constexpr std::uint16_t kFirstData = 256;

constexpr std::array<std::string_view, static_cast<std::size_t>(IpfixCounter::kCount)> kNames{
    "message",  "malformed",        "record",       "unknown-template",
    "template", "refused-template", "missed-record"};

struct Set {
    std::uint16_t id = 0;
    bytes::View body;
};

Set next_set(bytes::ByteCursor& cursor) noexcept {
    Set set;
    set.id = cursor.read<std::uint16_t>();
    const std::size_t length = cursor.read<std::uint16_t>();
    set.body = cursor.take(length - kSetHeader);  // a length below 4 is too much
    return set;
}

/// RFC 7011 §9: of a message that is not sound, nothing is used.
bool are_sound(bytes::View sets) noexcept {
    bytes::ByteCursor cursor{sets};
    while (!cursor.empty())
        static_cast<void>(next_set(cursor));
    return cursor.ok();
}

/// RFC 7011 §7
bytes::View next_value(bytes::ByteCursor& cursor, const Field& field) noexcept {
    if (field.length != Field::kVariable) return cursor.take(field.length);
    constexpr std::uint8_t kLonger = 255;
    std::size_t length = cursor.read<std::uint8_t>();
    if (length == kLonger) length = cursor.read<std::uint16_t>();
    return cursor.take(length);
}

}  // namespace

std::string_view name_of(IpfixCounter counter) noexcept {
    return kNames[static_cast<std::size_t>(counter)];
}

/// A message's header, and where it came from.
struct IpfixReader::Message {
    const ipfix::Exporter& exporter;
    Timestamp arrival;
    Timestamp exported{};
    std::uint32_t sequence = 0;
    std::uint32_t domain = 0;
    bytes::View sets{};

    /// False if it is none.
    bool parse(bytes::View bytes) noexcept {
        bytes::ByteCursor cursor{bytes};
        const auto version = cursor.read<std::uint16_t>();
        const std::size_t length = cursor.read<std::uint16_t>();
        exported = believable(Timestamp{std::chrono::seconds{cursor.read<std::uint32_t>()}},
                              arrival, arrival);
        sequence = cursor.read<std::uint32_t>();
        domain = cursor.read<std::uint32_t>();
        sets = cursor.rest();
        return cursor.ok() && version == kVersion && length == bytes.size() && are_sound(sets);
    }
};

void IpfixReader::read_templates(const Message& message, bytes::View set, bool of_options) {
    const auto outcome =
        templates_.learn(message.exporter, message.domain, set, of_options, message.arrival);
    counters_.add(IpfixCounter::kTemplates, outcome.learnt);
    counters_.add(IpfixCounter::kRefusedTemplates, outcome.refused);
    if (outcome.is_malformed) counters_.add(IpfixCounter::kMalformed);
}

std::optional<std::uint32_t> IpfixReader::read_data(const Message& message, std::uint16_t number,
                                                    bytes::View set,
                                                    std::vector<IdentityEvent>& events) {
    const Template* layout =
        templates_.find(message.exporter, message.domain, number, message.arrival);
    if (layout == nullptr) {
        counters_.add(IpfixCounter::kUnknownTemplate);
        return std::nullopt;
    }
    std::uint32_t records = 0;
    bytes::ByteCursor cursor{set};
    while (cursor.rest().size() >= layout->shortest) {
        nvzflow::Record record;
        for (const Field& field : layout->fields) {
            const bytes::View value = next_value(cursor, field);
            if (!layout->is_of_options) record.take(field.enterprise, field.element, value);
        }
        if (!cursor.ok()) {
            counters_.add(IpfixCounter::kMalformed);
            return std::nullopt;
        }
        ++records;
        counters_.add(IpfixCounter::kRecords);
        devices_.tell(record, message.exported, message.arrival, events);
    }
    return records;
}

std::vector<IdentityEvent> IpfixReader::read(bytes::View bytes, const ipfix::Exporter& exporter,
                                             Timestamp arrival) {
    std::vector<IdentityEvent> events;
    Message message{.exporter = exporter, .arrival = arrival};
    counters_.add(IpfixCounter::kMessages);
    if (!message.parse(bytes)) {
        counters_.add(IpfixCounter::kMalformed);
        return events;
    }
    std::optional<std::uint32_t> records = 0;
    for (bytes::ByteCursor cursor{message.sets}; !cursor.empty();) {
        const Set set = next_set(cursor);
        if (set.id == kTemplates) read_templates(message, set.body, false);
        if (set.id == kOptionsTemplates) read_templates(message, set.body, true);
        if (set.id < kFirstData) continue;
        const auto of_set = read_data(message, set.id, set.body, events);
        records = records && of_set ? std::optional{*records + *of_set} : std::nullopt;
    }
    counters_.add(IpfixCounter::kMissed,
                  templates_.missed(exporter, message.domain, message.sequence, records));
    return events;
}

std::optional<bytes::View> IpfixStream::next() {
    constexpr std::size_t kVersionAndLength = 4;
    const bytes::View rest = bytes::View{pending_}.subspan(taken_);
    if (is_broken_ || rest.size() < kVersionAndLength) return std::nullopt;
    bytes::ByteCursor cursor{rest};
    const auto version = cursor.read<std::uint16_t>();
    const std::size_t length = cursor.read<std::uint16_t>();
    if (version != kVersion || length < kHeader) {
        is_broken_ = true;
        return std::nullopt;
    }
    if (rest.size() < length) return std::nullopt;
    taken_ += length;
    return rest.first(length);
}

}  // namespace sensor::attribute::feeds
