// OpenSSL's client context from files. Private to lib/tls.
#pragma once

#include <memory>

#include <openssl/ssl.h>

#include "lib/result/result.h"
#include "lib/tls/client.h"

namespace tls {

struct FreeContext {
    void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
};
using Context = std::unique_ptr<SSL_CTX, FreeContext>;

/// The error names the file.
[[nodiscard]] result::Result<Context> context_of(const ClientFiles& files);

}  // namespace tls
