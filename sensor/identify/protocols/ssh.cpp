#include "sensor/identify/protocols/ssh.h"

#include <algorithm>

namespace sensor::identify::ssh {
namespace {

constexpr std::uint32_t kMaxPacket = 35000;  // bytes, RFC 4253 §6.1
constexpr std::size_t kCookie = 16;          // bytes
constexpr unsigned kNameLists = 10;
constexpr std::uint32_t kMaxNames = 8192;  // bytes of one list; all of them fit a packet

/// "SSH-2.0-" or "SSH-1.x-"; 1.99 speaks 2.0 too, RFC 4253 §5.1. Nothing is between 1.10 and 1.98.
constexpr bool has_version(std::string_view text) noexcept {
    if (text.starts_with("SSH-2.0-") || text.starts_with("SSH-1.99-")) return true;
    return text.starts_with("SSH-1.") && text.size() > 7 && text[6] >= '0' && text[6] <= '9' &&
           text[7] == '-';
}

/// The line without its end. Some pad it with the NULs that RFC 4253 §4.2 forbids.
constexpr std::string_view trimmed(std::string_view line) noexcept {
    const auto last = line.find_last_not_of(std::string_view{"\0\r", 2});
    return line.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

/// "SSH-2.0-software comments" must end with LF inside 255 bytes; until it does, wait for more.
Match match_identification(std::string_view text) noexcept {
    text = text.substr(0, kMaxIdentification);
    if (!has_version(text)) return Match::kNo;
    const auto end = text.find('\n');
    const auto is_printable = [](char c) { return c >= ' ' && c <= '~'; };
    if (!std::ranges::all_of(trimmed(text.substr(0, end)), is_printable)) return Match::kNo;
    if (end != std::string_view::npos) return Match::kYes;
    return text.size() < kMaxIdentification ? Match::kNeedMore : Match::kNo;
}

/// Names of printable ASCII parted by commas, RFC 4251 §5, §6; none is empty.
bool is_name_list(std::string_view names) noexcept {
    if (names.empty()) return true;
    const bool is_printable =
        std::ranges::all_of(names, [](char c) { return c > ' ' && c <= '~'; });
    return is_printable && !names.starts_with(',') && !names.ends_with(',') &&
           names.find(",,") == std::string_view::npos;
}

/// Languages (the last two lists) may be left out; algorithms may not.
constexpr bool may_be_empty(unsigned list) noexcept {
    return list >= 8;
}

/// The payload of SSH_MSG_KEXINIT behind its number; kNeedMore if `cursor` ends in it.
Match match_lists(bytes::ByteCursor& cursor) noexcept {
    cursor.skip(kCookie);
    for (unsigned list = 0; list < kNameLists; ++list) {
        const auto length = cursor.read<std::uint32_t>();
        if (!cursor.ok()) return Match::kNeedMore;
        if (length > kMaxNames || (length == 0 && !may_be_empty(list))) return Match::kNo;
        const auto there = std::min<std::size_t>(length, cursor.rest().size());
        const auto names = bytes::text_of(cursor.take(there));
        const bool is_cut = there < length;
        if (is_cut && !std::ranges::all_of(names, [](char c) { return c > ' ' && c <= '~'; })) {
            return Match::kNo;
        }
        if (is_cut) return Match::kNeedMore;
        if (!is_name_list(names)) return Match::kNo;
    }
    return Match::kYes;
}

/// An unencrypted packet, RFC 4253 §6, that holds nothing but SSH_MSG_KEXINIT.
Match match_key_exchange(bytes::View said) noexcept {
    constexpr std::uint8_t kKexInit = 20;
    bytes::ByteCursor cursor{said};
    const auto packet = cursor.read<std::uint32_t>();
    const auto padding = cursor.read<std::uint8_t>();
    const auto message = cursor.read<std::uint8_t>();
    if (!cursor.ok()) return Match::kNeedMore;
    const bool is_legal = packet <= kMaxPacket && (packet + 4) % 8 == 0 && padding >= 4 &&
                          padding < packet && message == kKexInit;
    if (!is_legal) return Match::kNo;
    if (const Match lists = match_lists(cursor); lists != Match::kYes) return lists;
    const auto guessed = cursor.read<std::uint8_t>();  // first_kex_packet_follows
    const auto reserved = cursor.read<std::uint32_t>();
    if (!cursor.ok()) return Match::kNeedMore;
    const std::size_t read = said.size() - cursor.rest().size();
    const bool adds_up = read + padding == packet + 4U;
    return guessed <= 1 && reserved == 0 && adds_up ? Match::kYes : Match::kNo;
}

}  // namespace

Verdict validate(const Exchange& exchange) noexcept {
    const auto text = bytes::text_of(exchange.said);
    if (text.starts_with('S')) return {match_identification(text)};
    return {match_key_exchange(exchange.said)};
}

void extract(const Exchange& exchange, Facts& facts) noexcept {
    const auto text = bytes::text_of(exchange.said);
    if (!text.starts_with("SSH-")) return;
    facts.add(exchange.direction == Direction::kToServer ? Fact::kSshClientVersion
                                                         : Fact::kSshServerVersion,
              trimmed(text.substr(0, text.find('\n'))));
}

}  // namespace sensor::identify::ssh
