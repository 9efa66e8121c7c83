#include "lib/tls/client_context.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>

#include <openssl/err.h>

namespace tls {
namespace {

/// What OpenSSL found wrong with `path`, or the system did.
result::Error file_error(const std::string& path, const std::string& wanted) {
    std::string why = "it cannot be used";
    if (!std::ifstream{path}) {
        why = std::strerror(errno);
    } else if (const char* reason = ERR_reason_error_string(ERR_peek_last_error())) {
        why = reason;
    }
    ERR_clear_error();
    return result::Error{path + ": " + why + "; it must be " + wanted};
}

}  // namespace

result::Result<Context> context_of(const ClientFiles& files) {
    ERR_clear_error();
    Context context{SSL_CTX_new(TLS_client_method())};
    if (context == nullptr) return result::Error{"OpenSSL finds no memory"};
    SSL_CTX* raw = context.get();
    SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION);
    SSL_CTX_set_options(raw, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_mode(raw, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_verify(raw, SSL_VERIFY_PEER, nullptr);
    if (files.ca.empty()) {
        SSL_CTX_set_default_verify_paths(raw);
    } else if (SSL_CTX_load_verify_file(raw, files.ca.c_str()) != 1) {
        return file_error(files.ca, "certificates in PEM");
    }
    if (files.certificate.empty()) return context;
    if (SSL_CTX_use_certificate_chain_file(raw, files.certificate.c_str()) != 1) {
        return file_error(files.certificate, "a certificate in PEM");
    }
    if (SSL_CTX_use_PrivateKey_file(raw, files.key.c_str(), SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(raw) != 1) {
        return file_error(files.key, "the certificate's private key in PEM");
    }
    return context;
}

std::string objection(const ClientFiles& files) {
    const auto context = context_of(files);
    return context ? std::string{} : context.error().message;
}

}  // namespace tls
