#include "sensor/identify/protocols/modbus.h"

#include <algorithm>

namespace sensor::identify::modbus {
namespace {

enum class Function : std::uint8_t {  // Application Protocol §5.1
    kReadCoils = 1,
    kReadDiscreteInputs = 2,
    kReadHoldingRegisters = 3,
    kReadInputRegisters = 4,
    kWriteCoil = 5,
    kWriteRegister = 6,
    kReadExceptionStatus = 7,
    kDiagnostics = 8,
    kEventCounter = 11,
    kEventLog = 12,
    kWriteCoils = 15,
    kWriteRegisters = 16,
    kReportServerId = 17,
    kReadFile = 20,
    kWriteFile = 21,
    kMaskWrite = 22,
    kReadWriteRegisters = 23,
    kReadQueue = 24,
    kEncapsulated = 43,
};

/// How much one frame proves.
enum class Proof : std::uint8_t { kNone, kWeak, kStrong };

constexpr Proof strong_if(bool is_legal) noexcept {
    return is_legal ? Proof::kStrong : Proof::kNone;
}
constexpr Proof weak_if(bool is_legal) noexcept {
    return is_legal ? Proof::kWeak : Proof::kNone;
}
constexpr bool is_between(std::size_t value, std::size_t lowest, std::size_t highest) noexcept {
    return value >= lowest && value <= highest;
}

/// §6.1-6.4: the address space ends at 65536.
bool is_range(std::uint16_t address, std::uint16_t quantity, std::uint16_t most) noexcept {
    return is_between(quantity, 1, most) && std::size_t{address} + quantity <= 0x10000;
}
/// §6.14, 6.15: sub-requests of reference type 6; a writing one brings its records.
bool are_file_requests(bytes::View body, bool writes) noexcept {
    bytes::ByteCursor cursor{body};
    if (cursor.read<std::uint8_t>() != cursor.rest().size() || cursor.empty()) return false;
    while (!cursor.empty()) {
        const auto reference = cursor.read<std::uint8_t>();
        cursor.skip(4);  // file and record
        const std::size_t length = cursor.read<std::uint16_t>();
        if (writes) cursor.skip(2 * length);
        if (!cursor.ok() || reference != 6) return false;
    }
    return true;
}
/// §6.21, device identification: what to read and from where. §6.20 is CANopen's own.
Proof judge_encapsulated_request(bytes::View body) noexcept {
    bytes::ByteCursor cursor{body};
    const auto type = cursor.read<std::uint8_t>();
    if (type == 0x0d) return weak_if(body.size() > 1);
    const auto code = cursor.read<std::uint8_t>();
    return strong_if(type == 0x0e && is_between(code, 1, 4) && body.size() == 3);
}
/// §6.8: sub-functions 0-4, 10-18 and 20, and one value; only an echo (0) may have more.
Proof judge_diagnostics(bytes::View body) noexcept {
    bytes::ByteCursor cursor{body};
    const auto function = cursor.read<std::uint16_t>();
    const bool is_known = function <= 4 || is_between(function, 10, 18) || function == 20;
    return weak_if(is_known && (body.size() == 4 || (function == 0 && body.size() % 2 == 0)));
}
/// Address, quantity, and a byte count that fits it and what follows; §6.11, 6.12.
bool is_write(bytes::ByteCursor cursor, bool of_coils) noexcept {
    const auto address = cursor.read<std::uint16_t>();
    const auto quantity = cursor.read<std::uint16_t>();
    const std::size_t count = cursor.read<std::uint8_t>();
    const std::size_t needed = of_coils ? (quantity + 7U) / 8U : 2U * quantity;
    return cursor.ok() && count == needed && cursor.rest().size() == count &&
           is_range(address, quantity, of_coils ? 0x7b0 : 0x7b);
}

Proof judge_request(Function function, bytes::View body) noexcept {
    bytes::ByteCursor cursor{body};
    const auto address = cursor.read<std::uint16_t>();
    const auto value = cursor.read<std::uint16_t>();
    const bool is_pair = body.size() == 4;
    switch (function) {
        case Function::kReadCoils:
        case Function::kReadDiscreteInputs:
            return strong_if(is_pair && is_range(address, value, 2000));
        case Function::kReadHoldingRegisters:
        case Function::kReadInputRegisters:
            return strong_if(is_pair && is_range(address, value, 125));
        case Function::kWriteCoil: return strong_if(is_pair && (value == 0 || value == 0xff00));
        case Function::kWriteRegister: return weak_if(is_pair);
        case Function::kReadExceptionStatus:
        case Function::kEventCounter:
        case Function::kEventLog:
        case Function::kReportServerId: return weak_if(body.empty());
        case Function::kDiagnostics: return judge_diagnostics(body);
        case Function::kWriteCoils: return strong_if(is_write(bytes::ByteCursor{body}, true));
        case Function::kWriteRegisters: return strong_if(is_write(bytes::ByteCursor{body}, false));
        case Function::kReadFile: return strong_if(are_file_requests(body, false));
        case Function::kWriteFile: return strong_if(are_file_requests(body, true));
        case Function::kMaskWrite: return weak_if(body.size() == 6);
        case Function::kReadWriteRegisters:
            return strong_if(is_range(address, value, 125) && is_write(cursor, false));
        case Function::kReadQueue: return weak_if(body.size() == 2);
        case Function::kEncapsulated: return judge_encapsulated_request(body);
    }
    return Proof::kNone;
}

Proof judge_response(Function function, bytes::View body) noexcept {
    bytes::ByteCursor cursor{body};
    const std::size_t count = cursor.read<std::uint8_t>();  // of bytes, where there is one
    const bool is_counted = !body.empty() && count == body.size() - 1 && count != 0;
    bytes::ByteCursor words{body};
    const auto address = words.read<std::uint16_t>();
    const auto value = words.read<std::uint16_t>();
    const bool is_pair = body.size() == 4;
    switch (function) {
        case Function::kReadCoils:
        case Function::kReadDiscreteInputs: return strong_if(is_counted);
        case Function::kReadHoldingRegisters:
        case Function::kReadInputRegisters:
        case Function::kReadWriteRegisters: return strong_if(is_counted && count % 2 == 0);
        case Function::kReadExceptionStatus: return weak_if(body.size() == 1);
        case Function::kEventCounter:
            return strong_if(is_pair && (address == 0 || address == 0xffff));
        case Function::kEventLog: return strong_if(is_counted && count >= 6);
        case Function::kReportServerId: return weak_if(is_counted);
        case Function::kReadFile: return weak_if(is_counted);
        case Function::kWriteCoils: return strong_if(is_pair && is_range(address, value, 0x7b0));
        case Function::kWriteRegisters: return strong_if(is_pair && is_range(address, value, 0x7b));
        case Function::kReadQueue:
            return strong_if(body.size() >= 4 && address == body.size() - 2 && value <= 31 &&
                             address == 2U * value + 2U);
        case Function::kEncapsulated:
            return weak_if(body.size() >= 2 && (count == 0x0d || count == 0x0e));
        // Echoes of their requests.
        case Function::kWriteCoil:
        case Function::kWriteRegister:
        case Function::kDiagnostics:
        case Function::kWriteFile:
        case Function::kMaskWrite: return judge_request(function, body);
    }
    return Proof::kNone;
}

/// Codes 1-6, 8, 10 and 11, §7.
Proof judge_exception(Function function, bytes::View body) noexcept {
    constexpr std::uint8_t kLastFunction = 0x2b;
    bytes::ByteCursor cursor{body};
    const auto code = cursor.read<std::uint8_t>();
    const bool is_code = is_between(code, 1, 6) || code == 8 || code == 10 || code == 11;
    return weak_if(static_cast<std::uint8_t>(function) <= kLastFunction && body.size() == 1 &&
                   is_code);
}

struct Frame {
    Proof request = Proof::kNone;
    Proof response = Proof::kNone;
    std::uint32_t token = 0;  ///< transaction, low bits of the unit, and the function
};

/// Bit 31 is set; the top bit of the unit, which ends at 247 or is 255, folds into the next.
constexpr std::uint32_t token_of(std::uint16_t transaction, std::uint8_t unit,
                                 std::uint8_t function) noexcept {
    const std::uint32_t folded = (unit ^ unsigned{unit} << 1U) & 0xffU;
    return 1U << 31U | folded << 23U | (function & 0x7fU) << 16U | transaction;
}

/// What the frames in `said` amount to as one side's.
struct Stream {
    Match match = Match::kNo;
    std::uint32_t first_token = 0;
    bool is_answer = false;  ///< one of them repeats the other side's request
};

/// A frame that is whole, behind its length.
Frame read_frame(std::uint16_t transaction, bytes::View raw) noexcept {
    constexpr std::uint8_t kException = 0x80;
    bytes::ByteCursor cursor{raw};
    const auto unit = cursor.read<std::uint8_t>();
    const auto code = cursor.read<std::uint8_t>();
    const auto function = static_cast<Function>(code & 0x7fU);
    Frame frame{.token = token_of(transaction, unit, code)};
    if ((code & kException) != 0) {
        frame.response = judge_exception(function, cursor.rest());
    } else {
        frame.request = judge_request(function, cursor.rest());
        frame.response = judge_response(function, cursor.rest());
    }
    return frame;
}

Stream read_stream(bytes::View said, bool as_response, std::uint32_t asked) noexcept {
    constexpr unsigned kMostFrames = 8;
    Stream stream;
    unsigned weak = 0;
    bool is_strong = false;
    bytes::ByteCursor cursor{said};
    for (unsigned i = 0; i < kMostFrames && !cursor.empty(); ++i) {
        const auto transaction = cursor.read<std::uint16_t>();
        const auto protocol = cursor.read<std::uint16_t>();
        const std::size_t length = cursor.read<std::uint16_t>();
        if (protocol != 0) return stream;
        if (cursor.ok() && !is_between(length, 2, 254)) return stream;
        const bytes::View raw = cursor.take(length);
        if (!cursor.ok()) break;
        const Frame frame = read_frame(transaction, raw);
        const Proof proof = as_response ? frame.response : frame.request;
        if (proof == Proof::kNone) return stream;
        if (i == 0) stream.first_token = frame.token;
        if (proof == Proof::kStrong) is_strong = true;
        if (proof == Proof::kWeak) ++weak;
        if (asked != 0 && frame.token == asked) stream.is_answer = true;
    }
    constexpr unsigned kEnoughWeak = 2;
    const bool is_sure = is_strong || weak >= kEnoughWeak || stream.is_answer;
    stream.match = is_sure ? Match::kYes : Match::kNeedMore;
    return stream;
}

/// A response beside what the other side said.
Verdict judge_answers(const Exchange& exchange) noexcept {
    Stream stream = read_stream(exchange.said, true, exchange.token);
    if (stream.match == Match::kYes && exchange.token != 0 && !stream.is_answer) {
        // Where the session's start was missed the first response is another request's.
        stream.match = exchange.direction_known ? Match::kNo : Match::kNeedMore;
    }
    return {stream.match, Role::kServer, stream.first_token};
}

}  // namespace

Verdict validate(const Exchange& exchange) noexcept {
    if (exchange.direction_known && exchange.direction == Direction::kToClient) {
        return judge_answers(exchange);
    }
    const Stream requests = read_stream(exchange.said, false, 0);
    // What requests and responses have in common is no proof of a direction.
    const Stream responses = read_stream(exchange.said, true, 0);
    if (exchange.direction_known || responses.match == Match::kNo) {
        return {requests.match, Role::kClient, requests.first_token};
    }
    if (requests.match == Match::kNo) return judge_answers(exchange);
    return {requests.match, Role::kEither, requests.first_token};
}

}  // namespace sensor::identify::modbus
