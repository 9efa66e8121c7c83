#include "sensor/identify/protocols/iec104.h"

#include <algorithm>

namespace sensor::identify::iec104 {
namespace {

enum class Unnumbered : std::uint8_t {  // §5.1 figure 7
    kNone = 0,
    kStartAct = 0x07,
    kStartCon = 0x0b,
    kStopAct = 0x13,
    kStopCon = 0x23,
    kTestAct = 0x43,
    kTestCon = 0x83,
};

/// The size of the information elements of consecutive types, bytes; IEC 60870-5-101 §7.3.
struct Elements {
    std::uint8_t type;
    std::uint8_t size;
};
constexpr std::array kElements{
    // Process information in monitor direction.
    Elements{1, 1},
    Elements{2, 4},
    Elements{3, 1},
    Elements{4, 4},
    Elements{5, 2},
    Elements{6, 5},
    Elements{7, 5},
    Elements{8, 8},
    Elements{9, 3},
    Elements{10, 6},
    Elements{11, 3},
    Elements{12, 6},
    Elements{13, 5},
    Elements{14, 8},
    Elements{15, 5},
    Elements{16, 8},
    Elements{17, 6},
    Elements{18, 7},
    Elements{19, 7},
    Elements{20, 5},
    Elements{21, 2},
    // The same with the long time.
    Elements{30, 8},
    Elements{31, 8},
    Elements{32, 9},
    Elements{33, 12},
    Elements{34, 10},
    Elements{35, 10},
    Elements{36, 12},
    Elements{37, 12},
    Elements{38, 10},
    Elements{39, 11},
    Elements{40, 11},
    // Commands, then those with the long time.
    Elements{45, 1},
    Elements{46, 1},
    Elements{47, 1},
    Elements{48, 3},
    Elements{49, 3},
    Elements{50, 5},
    Elements{51, 4},
    Elements{58, 8},
    Elements{59, 8},
    Elements{60, 8},
    Elements{61, 10},
    Elements{62, 10},
    Elements{63, 12},
    Elements{64, 11},
    // System, parameters, files of fixed size.
    Elements{70, 1},
    Elements{100, 1},
    Elements{101, 1},
    Elements{102, 0},
    Elements{103, 7},
    Elements{104, 2},
    Elements{105, 1},
    Elements{106, 2},
    Elements{107, 9},
    Elements{110, 3},
    Elements{111, 3},
    Elements{112, 5},
    Elements{113, 1},
    Elements{120, 6},
    Elements{121, 7},
    Elements{122, 4},
    Elements{123, 5},
    Elements{124, 4},
    Elements{126, 13},
    Elements{127, 16},
};
constexpr std::uint8_t kSegment = 125;  // of a file, which says its own size

/// An ASDU of exactly these bytes: type, number, cause, common address, objects.
bool is_asdu(bytes::View raw) noexcept {
    constexpr std::uint8_t kSequence = 0x80;  // one address, then elements only
    constexpr std::uint8_t kLastCause = 47;
    constexpr std::size_t kAddress = 3;  // bytes
    bytes::ByteCursor cursor{raw};
    const auto type = cursor.read<std::uint8_t>();
    const auto qualifier = cursor.read<std::uint8_t>();
    const unsigned cause = cursor.read<std::uint8_t>() & 0x3fU;
    cursor.skip(1);  // originator
    const auto station = cursor.read<std::uint16_t>();
    const std::size_t number = qualifier & 0x7fU;
    const bool is_sequence = (qualifier & kSequence) != 0;
    if (!cursor.ok() || number == 0 || cause == 0 || cause > kLastCause || station == 0) {
        return false;
    }
    if (type == kSegment) {  // file, section, then the segment's length
        cursor.skip(kAddress + 3);
        const std::size_t length = cursor.read<std::uint8_t>();
        return cursor.ok() && number == 1 && cursor.rest().size() == length;
    }
    const auto* const elements = std::ranges::find(kElements, type, &Elements::type);
    if (elements == kElements.end()) return false;
    const std::size_t size = elements->size;
    const std::size_t objects = is_sequence ? kAddress + number * size : number * (kAddress + size);
    return cursor.rest().size() == objects;
}

struct Frame {
    Match match = Match::kNo;
    Unnumbered unnumbered = Unnumbered::kNone;
};

constexpr bool is_known(Unnumbered function) noexcept {
    switch (function) {
        case Unnumbered::kStartAct:
        case Unnumbered::kStartCon:
        case Unnumbered::kStopAct:
        case Unnumbered::kStopCon:
        case Unnumbered::kTestAct:
        case Unnumbered::kTestCon: return true;
        default: return false;
    }
}

/// §5: start, length, four control octets whose lowest bits say the format, ASDU.
Frame read_frame(bytes::ByteCursor& cursor) noexcept {
    constexpr std::uint8_t kStart = 0x68;
    constexpr std::size_t kControl = 4;  // bytes
    constexpr std::size_t kLongest = 253;
    Frame frame;
    const bool is_start = cursor.peek() == kStart || cursor.empty();
    cursor.skip(1);
    const std::size_t length = cursor.read<std::uint8_t>();
    if (!is_start || (cursor.ok() && (length < kControl || length > kLongest))) return frame;
    bytes::ByteCursor body{cursor.take(length)};
    if (!cursor.ok()) {
        frame.match = Match::kNeedMore;
        return frame;
    }
    const auto first = body.read<std::uint8_t>();
    const auto second = body.read<std::uint8_t>();
    const auto third = body.read<std::uint8_t>();
    const auto fourth = body.read<std::uint8_t>();
    bool is_legal = (third & 1U) == 0;
    if ((first & 1U) == 0) {
        is_legal = is_legal && is_asdu(body.rest());
    } else if ((first & 3U) == 1) {
        is_legal = is_legal && first == 1 && second == 0 && body.empty();
    } else {
        frame.unnumbered = static_cast<Unnumbered>(first);
        is_legal =
            is_known(frame.unnumbered) && second == 0 && third == 0 && fourth == 0 && body.empty();
    }
    if (is_legal) frame.match = Match::kYes;
    return frame;
}

constexpr Role role_of(Unnumbered function) noexcept {
    switch (function) {  // the controlling station opens the connection and starts the transfer
        case Unnumbered::kStartAct:
        case Unnumbered::kStopAct: return Role::kClient;
        case Unnumbered::kStartCon:
        case Unnumbered::kStopCon: return Role::kServer;
        default: return Role::kEither;
    }
}

}  // namespace

Verdict validate(const Exchange& exchange) noexcept {
    constexpr unsigned kMostFrames = 16;
    bytes::ByteCursor cursor{exchange.said};
    Frame first;
    bool has_confirmed = false;
    for (unsigned i = 0; i < kMostFrames && (i == 0 || !cursor.empty()); ++i) {
        const Frame frame = read_frame(cursor);
        if (i == 0) first = frame;
        if (frame.match == Match::kNo) return {Match::kNo};
        if (frame.unnumbered == Unnumbered::kStartCon) has_confirmed = true;
    }
    if (first.match != Match::kYes) return {first.match};
    const std::uint32_t token = 1U << 31U | static_cast<std::uint32_t>(first.unnumbered);
    if (static_cast<Unnumbered>(exchange.token & 0xffU) == Unnumbered::kStartAct &&
        !has_confirmed) {
        // A test may come first, but nobody starts what the other end is starting.
        const bool is_echo = first.unnumbered == Unnumbered::kStartAct;
        return {is_echo ? Match::kNo : Match::kNeedMore};
    }
    return {Match::kYes, role_of(first.unnumbered), token};
}

}  // namespace sensor::identify::iec104
