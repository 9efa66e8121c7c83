#include "sensor/identify/tls_record.h"

#include <algorithm>

#include "sensor/identify/client_hello.h"

namespace sensor::identify {
namespace {

constexpr std::size_t kMaxFragment = 16384;              // bytes, RFC 8446 §5.1
constexpr std::size_t kMaxSealed = kMaxFragment + 2048;  // bytes, RFC 5246 §6.2.3
constexpr std::size_t kLeastSealed =
    9;  // bytes: a content type and the shortest tag, RFC 8446 §5.2

constexpr bool is_version(std::uint16_t version) noexcept {
    return version >= 0x0300 && version <= 0x0303;
}

/// What a record of this type may hold; `body` is what there is of it.
bool may_hold(const RecordHeader& header, bytes::View body) noexcept {
    switch (header.type) {
        case kChangeCipherSpecRecord:  // never sealed in TLS 1.3, and the first of its kind before
            return header.length == 1 ? body.empty() || body[0] == 1
                                      : header.length >= kLeastSealed;
        case kAlertRecord:
            return header.length == 2 ? body.size() < 2 || is_alert(body[0], body[1])
                                      : header.length >= kLeastSealed;
        case kHandshakeRecord: return header.length >= 4;
        case kApplicationDataRecord:
        case kHeartbeatRecord: return header.length >= kLeastSealed;
        default: return false;
    }
}

}  // namespace

bool is_alert(std::uint8_t level, std::uint8_t description) noexcept {
    constexpr std::array<std::uint8_t, 34> kDescriptions{
        0,  10, 20, 21, 22, 30, 40, 41,  42,  43,  44,  45,  46,  47,  48,  49,  50,
        51, 60, 70, 71, 80, 86, 90, 100, 109, 110, 111, 112, 113, 114, 115, 116, 120};
    return (level == 1 || level == 2) && std::ranges::binary_search(kDescriptions, description);
}

RecordRun read_record_run(bytes::View said) noexcept {
    RecordRun run{.match = Match::kNeedMore};
    bytes::ByteCursor cursor{said};
    while (cursor.rest().size() >= kRecordHeader) {
        const RecordHeader header = read_record_header(cursor);
        const auto body =
            cursor.rest().first(std::min<std::size_t>(header.length, cursor.rest().size()));
        const bool is_legal = is_version(header.version) && header.length <= kMaxSealed &&
                              (!run.has_header || header.version == run.version) &&
                              may_hold(header, body);
        if (!is_legal) return {};
        if (run.has_header) return {Match::kYes, run.version, true};
        run.version = header.version;
        run.has_header = true;
        if (body.size() < header.length) return run;
        cursor.skip(body.size());
        if (cursor.empty()) return {Match::kYes, run.version, true};
    }
    return run;
}

RecordHeader read_record_header(bytes::ByteCursor& cursor) noexcept {
    RecordHeader header{.type = cursor.read<std::uint8_t>()};
    header.version = cursor.read<std::uint16_t>();
    header.length = cursor.read<std::uint16_t>();
    header.is_legal = (header.type == kHandshakeRecord || header.type == kAlertRecord) &&
                      is_version(header.version) && header.length >= 1 &&
                      header.length <= kMaxFragment;
    return header;
}

FirstMessage::FirstMessage(bytes::View said) noexcept {
    bytes::ByteCursor cursor{said};
    while (cursor.rest().size() >= kRecordHeader) {
        const RecordHeader header = read_record_header(cursor);
        if (!header.is_legal || header.type != kHandshakeRecord) return;
        const auto fragment =
            cursor.take(std::min<std::size_t>(header.length, cursor.rest().size()));
        append(fragment);
        const std::size_t missing = header.length - fragment.size();
        const std::size_t size = handshake_size(bytes_);
        if (size != 0 && bytes_.size() >= size) {
            ends_record_ = bytes_.size() + missing == size;
            break;
        }
        if (missing != 0) break;
    }
    is_legal_ = true;
}

void FirstMessage::append(bytes::View fragment) noexcept {
    if (bytes_.empty()) {
        bytes_ = fragment;
        return;
    }
    if (bytes_.data() != copy_.data()) {
        bytes_ = bytes_.first(std::min(bytes_.size(), copy_.size()));
        std::ranges::copy(bytes_, copy_.begin());
    }
    const std::size_t used = bytes_.size();
    const std::size_t more = std::min(fragment.size(), copy_.size() - used);
    std::ranges::copy(fragment.first(more), copy_.begin() + static_cast<std::ptrdiff_t>(used));
    bytes_ = bytes::View{copy_}.first(used + more);
}

}  // namespace sensor::identify
