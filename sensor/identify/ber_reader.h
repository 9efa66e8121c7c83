// Reading BER (X.690) front to back, also where a stream holds only the start of it. Hot path.
#pragma once

#include <algorithm>

#include "sensor/identify/protocol.h"

namespace sensor::identify::ber {

enum class Tag : std::uint8_t {  // X.690 §8.1.2
    kInteger = 0x02,
    kOctets = 0x04,
    kObjectId = 0x06,
    kSequence = 0x30,
};

/// What is inside one BER element, of which a stream may hold only the start. Reading past what is
/// there makes it cut; what cannot be right makes it broken, and so it stays.
struct Ber {
    bytes::View rest;
    std::size_t declared = 0;  ///< bytes left by the length around it, at least rest.size()
    Match state = Match::kYes;

    [[nodiscard]] bool ok() const noexcept { return state == Match::kYes; }
    [[nodiscard]] bool is_done() const noexcept { return ok() && declared == 0; }
    void fail() noexcept { state = Match::kNo; }

    std::uint8_t byte() noexcept {
        if (!ok()) return 0;
        if (declared == 0) state = Match::kNo;
        if (declared != 0 && rest.empty()) state = Match::kNeedMore;
        if (!ok()) return 0;
        const std::uint8_t value = rest.front();
        rest = rest.subspan(1);
        --declared;
        return value;
    }
    /// X.690 §8.1.3; the indefinite form is not used (RFC 3417 §8).
    std::size_t length() noexcept {
        std::size_t value = byte();
        if (value < 0x80) return value;
        const std::size_t count = value & 0x7fU;
        if (count < 1 || count > 4) fail();
        value = 0;
        for (std::size_t i = 0; i < count && ok(); ++i)
            value = value << 8U | byte();
        return value;
    }
    Ber element(std::uint8_t& tag) noexcept {
        tag = byte();
        const std::size_t size = length();
        if (ok() && size > declared) fail();
        if (!ok()) return {.rest = {}, .state = state};
        const bytes::View content = rest.first(std::min(size, rest.size()));
        rest = rest.subspan(content.size());
        declared -= size;
        return {.rest = content, .declared = size};
    }
    Ber expect(Tag wanted) noexcept {
        std::uint8_t tag = 0;
        const Ber inner = element(tag);
        if (ok() && tag != static_cast<std::uint8_t>(wanted)) fail();
        return inner;
    }
    /// A primitive's bytes; a cut one says so.
    bytes::View octets(Tag wanted, std::size_t shortest, std::size_t longest) noexcept {
        const Ber inner = expect(wanted);
        if (!ok()) return {};
        if (inner.declared < shortest || inner.declared > longest) fail();
        if (ok() && inner.rest.size() < inner.declared) state = Match::kNeedMore;
        return inner.rest;
    }
    std::int32_t integer() noexcept {
        const bytes::View raw = octets(Tag::kInteger, 1, 4);
        if (raw.empty()) return 0;
        std::uint32_t value = (raw.front() & 0x80U) != 0 ? 0xffffffffU : 0;
        for (const std::uint8_t octet : raw)
            value = value << 8U | octet;
        return static_cast<std::int32_t>(value);
    }
    std::int32_t integer(std::int32_t lowest, std::int32_t highest) noexcept {
        const std::int32_t value = integer();
        if (ok() && (value < lowest || value > highest)) fail();
        return value;
    }
    /// Fails a broken or cut inner element's outer one.
    bool join(const Ber& inner) noexcept {
        if (ok() && !inner.ok()) state = inner.state;
        if (ok() && inner.declared != 0) fail();  // more than its fields
        return ok();
    }
};

}  // namespace sensor::identify::ber
