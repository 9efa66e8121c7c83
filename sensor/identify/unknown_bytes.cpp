#include "sensor/identify/unknown_bytes.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace sensor::identify {
namespace {

constexpr std::size_t kSample = 512;  // bytes

/// By how much n log2 n grows when n grows by one.
const auto kGrowth = [] {
    std::array<double, kSample> growth{};
    for (std::size_t n = 1; n < growth.size(); ++n) {
        const auto before = static_cast<double>(n);
        growth[n] = (before + 1) * std::log2(before + 1) - before * std::log2(before);
    }
    return growth;
}();

double entropy_of(bytes::View sample) noexcept {
    std::array<std::uint16_t, 256> counts{};
    double sum = 0;  // of n log2 n over the counts
    for (const std::uint8_t byte : sample)
        sum += kGrowth[counts[byte]++];
    const auto size = static_cast<double>(sample.size());
    return std::log2(size) - sum / size;
}

bool is_printable(std::uint8_t byte) noexcept {
    return (byte >= ' ' && byte <= '~') || byte == '\t' || byte == '\r' || byte == '\n';
}

/// With two digits after the point.
void add(Facts& facts, Fact fact, double value) noexcept {
    std::array<char, 16> text;
    const auto [end, error] =
        std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed, 2);
    if (error != std::errc{}) return;
    facts.add(fact, std::string_view{text.data(), static_cast<std::size_t>(end - text.data())});
}

}  // namespace

void describe_unknown(bytes::View said, Direction direction, Facts& facts) noexcept {
    const bytes::View sample = said.first(std::min(said.size(), kSample));
    if (sample.empty()) return;
    const auto printable = static_cast<double>(std::ranges::count_if(sample, is_printable));
    const bool is_client = direction == Direction::kToServer;
    add(facts, is_client ? Fact::kEntropyToServer : Fact::kEntropyToClient, entropy_of(sample));
    add(facts, is_client ? Fact::kPrintableToServer : Fact::kPrintableToClient,
        printable / static_cast<double>(sample.size()));
}

}  // namespace sensor::identify
