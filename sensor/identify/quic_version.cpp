#include "sensor/identify/quic_version.h"

#include <array>

namespace sensor::identify {
namespace {

constexpr std::uint32_t kDrafts = 0xff000000;  // plus the draft's number

// RFC 9001 §5.2, RFC 9369 §3.3.1, and the same section of the drafts.
constexpr digest::QuicSalt kSalt1{{0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34, 0xb3, 0x4d, 0x17,
                                   0x9a, 0xe6, 0xa4, 0xc8, 0x0c, 0xad, 0xcc, 0xbb, 0x7f, 0x0a}};
constexpr digest::QuicSalt kSalt2{{0x0d, 0xed, 0xe3, 0xde, 0xf7, 0x00, 0xa6, 0xdb, 0x81, 0x93,
                                   0x81, 0xbe, 0x6e, 0x26, 0x9d, 0xcb, 0xf9, 0xbd, 0x2e, 0xd9},
                                  "quicv2"};
constexpr digest::QuicSalt kSaltDraft29{{0xaf, 0xbf, 0xec, 0x28, 0x99, 0x93, 0xd2,
                                         0x4c, 0x9e, 0x97, 0x86, 0xf1, 0x9c, 0x61,
                                         0x11, 0xe0, 0x43, 0x90, 0xa8, 0x99}};
constexpr digest::QuicSalt kSaltDraft23{{0xc3, 0xee, 0xf7, 0x12, 0xc7, 0x2e, 0xbb,
                                         0x5a, 0x11, 0xa7, 0xd2, 0x43, 0x2b, 0xb4,
                                         0x63, 0x65, 0xbe, 0xf9, 0xf5, 0x02}};
constexpr digest::QuicSalt kSaltDraft22{{0x7f, 0xbc, 0xdb, 0x0e, 0x7c, 0x66, 0xbb,
                                         0xe9, 0x19, 0x3a, 0x96, 0xcd, 0x21, 0x51,
                                         0x9e, 0xbd, 0x7a, 0x02, 0x64, 0x4a}};

constexpr digest::QuicSalt kSaltGoogle50{{0x50, 0x45, 0x74, 0xef, 0xd0, 0x66, 0xfe,
                                          0x2f, 0x9d, 0x94, 0x5c, 0xfc, 0xdb, 0xd3,
                                          0xa7, 0xf0, 0xd3, 0xb5, 0x6b, 0x45}};
constexpr digest::QuicSalt kSaltGoogleTls50{{0x7f, 0xf5, 0x79, 0xe5, 0xac, 0xd0, 0x72,
                                             0x91, 0x55, 0x80, 0x30, 0x4c, 0x43, 0xa2,
                                             0x36, 0x7c, 0x60, 0x48, 0x83, 0x10}};
constexpr digest::QuicSalt kSaltGoogleTls51{{0x7a, 0x4e, 0xde, 0xf4, 0xe7, 0xcc, 0xee,
                                             0x5f, 0xa4, 0x50, 0x6c, 0x19, 0x12, 0x4f,
                                             0xc8, 0xcc, 0xda, 0x6e, 0x03, 0x3d}};

/// The draft that `version` names, or that an mvfst version follows; 0 if neither.
constexpr unsigned draft_of(std::uint32_t version) noexcept {
    if (version >= kDrafts + 22 && version <= kDrafts + 34) return version - kDrafts;
    if (version == 0xfaceb001) return 22;
    return version == 0xfaceb002 || version == 0xfaceb00e ? 27 : 0;
}

/// Names that mvfst gives to version 1.
constexpr bool is_like_version_1(std::uint32_t version) noexcept {
    return version == 0xfaceb003 || version == 0xfaceb004 ||
           (version >= 0xfaceb010 && version <= 0xfaceb015);
}

}  // namespace

const digest::QuicSalt* quic_salt_of(std::uint32_t version) noexcept {
    if (version == kQuicVersion1) return &kSalt1;
    if (version == kQuicVersion2) return &kSalt2;
    if (version == kGoogleQuic50) return &kSaltGoogle50;
    if (version == kGoogleQuicTls50) return &kSaltGoogleTls50;
    if (version == kGoogleQuicTls51) return &kSaltGoogleTls51;
    if (is_like_version_1(version)) return &kSalt1;
    const unsigned draft = draft_of(version);
    if (draft == 0) return nullptr;
    if (draft >= 33) return &kSalt1;
    if (draft >= 29) return &kSaltDraft29;
    return draft >= 23 ? &kSaltDraft23 : &kSaltDraft22;
}

void note_quic_version(std::uint32_t version, Facts& facts) noexcept {
    if (version == kQuicVersion1) return facts.add(Fact::kQuicVersion, std::string_view{"v1"});
    if (version == kQuicVersion2) return facts.add(Fact::kQuicVersion, std::string_view{"v2"});
    std::array<char, 8> text{'d', 'r', 'a', 'f', 't', '-'};
    std::size_t used = 8;
    const unsigned draft = draft_of(version);
    if (version == kDrafts + draft) {
        text[6] = static_cast<char>('0' + draft / 10);
        text[7] = static_cast<char>('0' + draft % 10);
    } else if (version >> 24U == 'Q' || version >> 24U == 'T') {  // Google's are four characters
        for (used = 0; used < 4; ++used)
            text[used] = static_cast<char>(version >> (24 - 8 * used));
    } else {
        for (std::size_t i = 0; i < used; ++i)
            text[i] = "0123456789abcdef"[(version >> (28 - 4 * i)) & 0xfU];
    }
    facts.add(Fact::kQuicVersion, std::string_view{text.data(), used});
}

}  // namespace sensor::identify
