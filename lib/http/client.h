// A client that asks for one page, over TCP or TLS, and is done within its patience.
//
// It is our own: the client of Debian 12's civetweb cannot speak TLS (see tls_front.h), and has no
// limit on a whole answer's time. Cold path.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "lib/http/answer.h"
#include "lib/http/url.h"
#include "lib/result/result.h"
#include "lib/tls/files.h"

namespace http {

struct GetOptions {
    std::string token{};       ///< sent as `Authorization: Bearer TOKEN`, unless it is empty
    tls::ClientFiles files{};  ///< for https
    std::chrono::milliseconds patience{5'000};  ///< for the whole of it, names' resolution left out
    std::size_t most_bytes = 16U << 20U;        ///< of the answer
};

/// The answer, whatever its status is. The error is one line: "cannot connect to 127.0.0.1:9469:
/// Connection refused". A signal does not interrupt it.
[[nodiscard]] result::Result<Answer> get(const Url& url, const GetOptions& options);

}  // namespace http
