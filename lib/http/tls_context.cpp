#include "lib/http/tls_context.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>

#include <openssl/err.h>

namespace http {
namespace {

/// What OpenSSL found wrong with `path`, or the system did.
result::Error objection(const std::string& path, const std::string& wanted) {
    std::string why;
    if (!std::ifstream{path}) {
        why = std::strerror(errno);
    } else if (const char* reason = ERR_reason_error_string(ERR_peek_last_error())) {
        why = reason;
    } else {
        why = "it cannot be used";
    }
    ERR_clear_error();
    return result::Error{path + ": " + why + "; it must be " + wanted};
}

}  // namespace

result::Result<TlsContext> tls_context_of(const TlsFiles& files) {
    ERR_clear_error();
    TlsContext context{SSL_CTX_new(TLS_server_method())};
    if (context == nullptr) return result::Error{"OpenSSL finds no memory"};
    SSL_CTX* raw = context.get();
    SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION);
    SSL_CTX_set_options(raw, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_mode(raw, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    if (SSL_CTX_use_certificate_chain_file(raw, files.certificate.c_str()) != 1) {
        return objection(files.certificate, "a certificate in PEM");
    }
    if (SSL_CTX_use_PrivateKey_file(raw, files.key.c_str(), SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(raw) != 1) {
        return objection(files.key, "the certificate's private key in PEM");
    }
    if (files.client_ca.empty()) return context;
    const char* authorities = files.client_ca.c_str();
    if (SSL_CTX_load_verify_locations(raw, authorities, nullptr) != 1) {
        return objection(files.client_ca, "certificates in PEM");
    }
    SSL_CTX_set_client_CA_list(raw, SSL_load_client_CA_file(authorities));
    SSL_CTX_set_verify(raw, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    return context;
}

}  // namespace http
