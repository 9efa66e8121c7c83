#include "lib/http/problem.h"

namespace http {

std::string_view reason_phrase(int status) noexcept {
    switch (status) {  // RFC 9110, section 15.5; RFC 6585
        case 400: return "Bad Request";
        case 401: return "Unauthorized";
        case 403: return "Forbidden";
        case 404: return "Not Found";
        case 413: return "Content Too Large";
        case 415: return "Unsupported Media Type";
        case 422: return "Unprocessable Content";
        case 429: return "Too Many Requests";
        case 500: return "Internal Server Error";
        case 503: return "Service Unavailable";
        default: return {};
    }
}

Response problem(int status, std::string_view detail,
                 const std::function<void(json::Writer&)>& more) {
    json::Writer out;
    out.begin_object();
    out.member("type", "about:blank");
    out.member("title", reason_phrase(status));
    out.member("status", status);
    out.member("detail", detail);
    if (more) more(out);
    out.end_object();
    return {.status = status,
            .content_type = "application/problem+json",
            .body = std::string{out.view()} + "\n"};
}

}  // namespace http
