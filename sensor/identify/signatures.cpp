#include "sensor/identify/signatures.h"

#include <algorithm>

#include "sensor/identify/catalog.h"

namespace sensor::identify {
namespace {

/// The patterns of both transports, and who each belongs to.
struct PatternSet {
    std::vector<hyperscan::Pattern> tcp;
    std::vector<hyperscan::Pattern> udp;
    std::vector<Signatures::Nominee> nominees;

    void add(const std::string& expression, std::uint8_t transports, Signatures::Nominee nominee) {
        const auto id = static_cast<unsigned>(nominees.size());
        nominees.push_back(nominee);
        if ((transports & kOverTcp) != 0) tcp.push_back({expression, id});
        if ((transports & kOverUdp) != 0) udp.push_back({expression, id});
    }
};

constexpr std::array<ProtocolId, kCatalog.size()> refined_by_row() {
    std::array<ProtocolId, kCatalog.size()> bases{};
    for (std::size_t row = 0; row < kCatalog.size(); ++row) {
        if (const auto base = find_row(kCatalog[row].refines)) bases[row] = id_of(*base);
    }
    return bases;
}
constexpr auto kRefines = refined_by_row();

constexpr std::array<ProtocolId, kCatalog.size()> announced_by_row() {
    std::array<ProtocolId, kCatalog.size()> announced{};
    for (std::size_t row = 0; row < kCatalog.size(); ++row) {
        if (const auto by = find_row(kCatalog[row].announced_by)) announced[*by] = id_of(row);
    }
    return announced;
}
constexpr auto kAnnounces = announced_by_row();

/// True if every alternative outside parentheses begins with ^.
bool is_anchored(std::string_view pattern) noexcept {
    bool begins = true;
    bool in_class = false;
    std::size_t depth = 0;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        const char c = pattern[i];
        if (begins && c != '^') return false;
        begins = !in_class && depth == 0 && c == '|';
        if (c == '\\') {
            ++i;
        } else if (in_class) {
            in_class = c != ']';
        } else if (c == '[') {
            in_class = true;
            const bool is_negated = pattern.substr(i + 1).starts_with('^');
            if (is_negated) ++i;
            if (pattern.substr(i + 1).starts_with(']')) ++i;  // first in a class, it is a member
        } else if (c == '(') {
            ++depth;
        } else if (c == ')' && depth > 0) {
            --depth;
        }
    }
    return !begins;
}

/// Tried at the first byte only, whatever stands in it.
std::string anchored(const std::string& pattern) {
    return "^(?:" + pattern + ")";
}

}  // namespace

std::vector<std::string> catalog_names() {
    std::vector<std::string> names{"unknown"};
    for (const Protocol& protocol : kCatalog)
        names.emplace_back(protocol.name);
    return names;
}

const Protocol* Signatures::row_of(ProtocolId protocol) noexcept {
    const auto number = static_cast<std::size_t>(protocol);
    return number == 0 || number > kCatalog.size() ? nullptr : &kCatalog[number - 1];
}

bool Signatures::refines(ProtocolId refined, ProtocolId base) noexcept {
    const auto number = static_cast<std::size_t>(refined);
    if (number == 0 || number > kCatalog.size()) return false;
    return kRefines[number - 1] == base && base != ProtocolId::kUnknown;
}

bool Signatures::shows_in(Direction speaker, ProtocolId protocol) noexcept {
    const Protocol* row = row_of(protocol);
    const Role other = speaker == Direction::kToServer ? Role::kServer : Role::kClient;
    return row == nullptr || std::ranges::any_of(row->signatures, [&](const Signature& one) {
               return one.sender != other;
           });
}

bool Signatures::share_port(ProtocolId one, ProtocolId other) noexcept {
    const Protocol* first = row_of(one);
    const Protocol* second = row_of(other);
    return first != nullptr && second != nullptr && first->shares_port && second->shares_port;
}

ProtocolId Signatures::announced_by(ProtocolId announcer) noexcept {
    const auto number = static_cast<std::size_t>(announcer);
    return number == 0 || number > kCatalog.size() ? ProtocolId::kUnknown : kAnnounces[number - 1];
}

std::optional<std::string> Signatures::check_pattern(const std::string& pattern) {
    if (!pattern.starts_with('^')) {
        return "a signature must begin with ^, so that it is tried at the first byte only; write "
               "'^" +
               pattern + "'";
    }
    if (!is_anchored(pattern)) {
        return "each alternative of a signature must begin with ^, or they stand in parentheses: "
               "'^(A|B)'";
    }
    const auto width = hyperscan::least_width(pattern);
    if (!width) return "not an expression Hyperscan can compile: " + width.error().message;
    if (*width == 0) return "a signature must not fit nothing at all; say which bytes come first";
    const auto compiled =
        hyperscan::Database::compile(std::array{hyperscan::Pattern{anchored(pattern), 0}});
    if (compiled) return std::nullopt;
    return "not an expression Hyperscan can compile: " + compiled.error().message;
}

result::Result<Signatures> Signatures::compile(std::vector<OwnProtocol> own,
                                               const hyperscan::Cache& cache) {
    PatternSet set;
    for (std::size_t row = 0; row < kCatalog.size(); ++row) {
        for (const Signature& signature : kCatalog[row].signatures) {
            const auto transports =
                static_cast<std::uint8_t>(kCatalog[row].transports & signature.transports);
            set.add(signature.pattern, transports, {id_of(row), signature.sender});
        }
    }
    std::vector<std::string> names = catalog_names();
    for (const OwnProtocol& protocol : own) {
        const auto id = static_cast<ProtocolId>(names.size());
        names.push_back(protocol.name);
        for (const auto& pattern : protocol.client) {
            set.add(anchored(pattern), protocol.transports, {id, Role::kClient});
        }
        for (const auto& pattern : protocol.server) {
            set.add(anchored(pattern), protocol.transports, {id, Role::kServer});
        }
    }
    auto tcp = cache.compile(set.tcp);
    if (!tcp) return tcp.error();
    auto udp = cache.compile(set.udp);
    if (!udp) return udp.error();
    return Signatures{std::move(*tcp), std::move(*udp), std::move(set.nominees), std::move(names)};
}

}  // namespace sensor::identify
