// Any bytes as a page of metrics, and as the answer of the server that has it.
#include <string_view>

#include "lib/http/answer.h"
#include "lib/http/url.h"
#include "lib/metrics/exposition_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const auto read = metrics::read_exposition(text, {.most_series = 100, .most_labels = 4});
    if (!read && read.error().message.empty()) __builtin_trap();
    if (read && (read->size() > 100 || (!text.empty() && text.back() != '\n' && !read->empty())))
        __builtin_trap();
    const auto answer = http::parse_answer(text);
    if (answer && (answer->status < 100 || answer->body.size() > size)) __builtin_trap();
    const auto url = http::parse_url(text);
    if (url && !http::parse_url((url->has_tls ? "https://" : "http://") + url->authority()))
        __builtin_trap();
    return 0;
}
