#include "sensor/control/feeds/token_file.h"

#include <algorithm>
#include <utility>

#include "lib/yaml/yaml.h"

namespace sensor::control {
namespace {

constexpr std::size_t kLeastToken = 16;  // characters
constexpr std::string_view kBlank = " \t\r";

std::string_view trimmed(std::string_view line) noexcept {
    const std::size_t start = line.find_first_not_of(kBlank);
    if (start == std::string_view::npos) return {};
    return line.substr(start, line.find_last_not_of(kBlank) - start + 1);
}

}  // namespace

result::Result<std::vector<std::string>> parse_tokens(std::string_view text,
                                                      const std::string& path) {
    std::vector<std::string> tokens;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view token = trimmed(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (token.empty() || token.starts_with('#')) continue;
        if (token.size() < kLeastToken) {
            return result::Error{path +
                                 ": a token must have 16 characters or more; `openssl rand "
                                 "-hex 32` makes one"};
        }
        tokens.emplace_back(token);
    }
    if (tokens.empty()) {
        return result::Error{path +
                             ": holds no token; write one a line, as `openssl rand -hex 32` makes "
                             "them"};
    }
    return tokens;
}

result::Result<std::vector<std::string>> read_tokens(const std::string& path) {
    const auto text = yaml::read_text(path);
    if (!text) return result::Error{path + ": " + text.error().message};
    return parse_tokens(*text, path);
}

}  // namespace sensor::control
