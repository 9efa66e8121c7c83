#include "sensor/identify/protocols/http2.h"

#include <utility>

#include "sensor/identify/hpack.h"

namespace sensor::identify::http2 {
namespace {

constexpr std::uint8_t kPadded = 0x08;  // RFC 9113 §6.2
constexpr std::uint8_t kPriority = 0x20;

/// The field block of a HEADERS frame, as far as it is there; what CONTINUATION adds is left out.
bytes::View field_block(bytes::ByteCursor& cursor, const FrameHeader& header) noexcept {
    bytes::ByteCursor frame{
        cursor.take(std::min<std::size_t>(header.length, cursor.rest().size()))};
    const std::size_t cut = header.length - frame.rest().size();
    std::size_t padding = (header.flags & kPadded) != 0 ? frame.read<std::uint8_t>() : 0;
    if ((header.flags & kPriority) != 0) frame.skip(5);
    padding -= std::min(padding, cut);
    if (padding > frame.rest().size()) return {};
    return frame.rest().first(frame.rest().size() - padding);
}

void note(const hpack::Field& field, Facts& facts) noexcept {
    constexpr std::array kNoted{
        std::pair{std::string_view{":method"}, Fact::kHttpMethod},
        std::pair{std::string_view{":authority"}, Fact::kHttpHost},
        std::pair{std::string_view{"host"}, Fact::kHttpHost},
        std::pair{std::string_view{":path"}, Fact::kHttpUri},
        std::pair{std::string_view{"user-agent"}, Fact::kHttpUserAgent},
        std::pair{std::string_view{":status"}, Fact::kHttpStatus},
    };
    if (field.value.empty()) return;
    for (const auto& [name, fact] : kNoted) {
        if (field.name == name && facts.find(fact).empty()) facts.add(fact, field.value);
    }
}

}  // namespace

void extract(const Exchange& exchange, Facts& facts) noexcept {
    bytes::ByteCursor cursor{exchange.said};
    if (bytes::text_of(exchange.said).starts_with(kPreface)) cursor.skip(kPreface.size());
    while (!cursor.empty()) {
        const FrameHeader header = read_header(cursor);
        if (header.type != FrameType::kHeaders || !cursor.ok()) {
            cursor.skip(header.length);
            continue;
        }
        hpack::FieldReader fields{field_block(cursor, header)};
        hpack::Field field;
        while (fields.next(field))
            note(field, facts);
        return;
    }
}

}  // namespace sensor::identify::http2
