// OpenSSL's contexts from files, for those who speak TLS 1.2 and 1.3. Private to lib/tls and
// lib/http.
#pragma once

#include <memory>

#include <openssl/ssl.h>

#include "lib/result/result.h"
#include "lib/tls/files.h"

namespace tls {

struct FreeContext {
    void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
};
using Context = std::unique_ptr<SSL_CTX, FreeContext>;

/// The error names the file.
[[nodiscard]] result::Result<Context> context_of(const ClientFiles& files);
/// Without resumption. The error names the file.
[[nodiscard]] result::Result<Context> context_of(const ServerFiles& files);

}  // namespace tls
