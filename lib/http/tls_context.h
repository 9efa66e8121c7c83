// OpenSSL's server context from files. Private to lib/http.
#pragma once

#include <memory>

#include <openssl/ssl.h>

#include "lib/http/tls_front.h"
#include "lib/result/result.h"

namespace http {

struct FreeContext {
    void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
};
using TlsContext = std::unique_ptr<SSL_CTX, FreeContext>;

/// TLS 1.2 and 1.3, without resumption. The error names the file.
[[nodiscard]] result::Result<TlsContext> tls_context_of(const TlsFiles& files);

}  // namespace http
