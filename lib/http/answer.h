// An answer of HTTP/1.x (RFC 9112), as a client reads it when the connection has ended.
#pragma once

#include <string>
#include <string_view>

#include "lib/result/result.h"

namespace http {

struct Answer {
    int status = 0;
    std::string body;
    bool has_length = false;  ///< whether the headers say how long the body is, as it then is
};

/// `bytes` is all that the server said to one request of HTTP/1.0, which takes no chunks. The error
/// says what is wrong, also if the body is shorter or longer than the headers say.
[[nodiscard]] result::Result<Answer> parse_answer(std::string_view bytes);

}  // namespace http
