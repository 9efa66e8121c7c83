#include "sensor/identify/tls_record.h"

#include <algorithm>

#include "sensor/identify/client_hello.h"

namespace sensor::identify {
namespace {

constexpr std::size_t kMaxFragment = 16384;  // bytes, RFC 8446 §5.1

}  // namespace

RecordHeader read_record_header(bytes::ByteCursor& cursor) noexcept {
    RecordHeader header{.type = cursor.read<std::uint8_t>()};
    const auto version = cursor.read<std::uint16_t>();
    header.length = cursor.read<std::uint16_t>();
    header.is_legal = (header.type == kHandshakeRecord || header.type == kAlertRecord) &&
                      version >= 0x0300 && version <= 0x0303 && header.length >= 1 &&
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
