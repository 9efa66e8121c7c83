#include "sensor/control/feeds/http_intake.h"

#include <utility>

#include "lib/http/problem.h"
#include "sensor/attribute/feeds/document_feeds.h"
#include "sensor/control/feeds/token_file.h"

namespace sensor::control {
namespace {

constexpr std::size_t kMostEvents = 100'000;  // of one document; the Intake has room for more
constexpr std::string_view kRetryAfter = "10";

http::Response refuse(const attribute::feeds::FeedEvents& held) {
    constexpr int kNoDocument = 400;
    constexpr int kNoEvents = 422;
    const bool is_document = held.rejections.empty() || held.rejections.front().number != 0;
    return http::problem(
        is_document ? kNoEvents : kNoDocument,
        is_document ? "nothing was taken: correct these events, or leave them out, and send all "
                      "again"
                    : held.rejections.front().reason,
        [&](json::Writer& out) {
            if (!is_document) return;
            out.member("rejected", held.rejected);
            out.key("errors").begin_array();
            for (const auto& [number, reason] : held.rejections) {
                out.begin_object().member("event", number).member("reason", reason).end_object();
            }
            out.end_array();
        });
}

http::Response accepted(std::size_t count, std::uint64_t passed_over) {
    constexpr int kAccepted = 202;
    json::Writer out;
    out.begin_object();
    out.member("accepted", static_cast<std::uint64_t>(count));
    out.member("passed_over", passed_over);
    out.end_object();
    return {.status = kAccepted,
            .content_type = "application/json",
            .body = std::string{out.view()} + "\n"};
}

}  // namespace

http::Response take_document(Intake& intake, const http::Request& request, Timestamp received) {
    const std::string_view name = request.path.substr(request.path.rfind('/') + 1);
    const auto* feed = attribute::feeds::find_document_feed(name);
    if (feed == nullptr) {
        return http::problem(
            404, "there is no such feed; there are " + attribute::feeds::document_feed_names());
    }
    auto held = feed->read(request.body, received);
    if (held.rejected != 0) {
        intake.reject(feed->name, held.rejected);
        return refuse(held);
    }
    const std::size_t count = held.events.size();
    if (count > kMostEvents) {
        return http::problem(413,
                             "send at most " + std::to_string(kMostEvents) + " events at once");
    }
    if (const auto taken = intake.accept(feed->name, std::move(held.events)); !taken) {
        http::Response refusal = http::problem(503, taken.error().message);
        refusal.headers.emplace_back("Retry-After", kRetryAfter);
        return refusal;
    }
    return accepted(count, held.passed_over);
}

result::Result<std::vector<http::Route>> intake_routes(const HttpFeedConfig& config,
                                                       Intake& intake) {
    http::Guard::Options options{.rate = config.rate, .burst = config.rate};
    if (!config.token_file.empty()) {
        auto tokens = read_tokens(config.token_file.path);
        if (!tokens) return tokens.error();
        options.tokens = std::move(*tokens);
    }
    const auto handler = [&intake](const http::Request& request) {
        return take_document(intake, request, std::chrono::system_clock::now());
    };
    return std::vector{http::Route{.method = http::Method::kPost,
                                   .path = "/v1/events/*",
                                   .handler = handler,
                                   .most_body = config.most_body,
                                   .guard = std::make_shared<http::Guard>(options)}};
}

}  // namespace sensor::control
