#include "lib/tls/context.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>

#include <openssl/err.h>

#include "lib/tls/client.h"

namespace tls {
namespace {

/// What OpenSSL found wrong with `path`, or the system did.
result::Error file_error(const std::string& path, const std::string& wanted) {
    std::string why = "it cannot be used";
    if (!std::ifstream{path}) {
        why = std::strerror(errno);
    } else if (const char* reason = ERR_reason_error_string(ERR_peek_error())) {
        why = reason;
    }
    ERR_clear_error();
    return result::Error{path + ": " + why + "; it must be " + wanted};
}

result::Result<Context> new_context(const SSL_METHOD* method) {
    ERR_clear_error();
    Context context{SSL_CTX_new(method)};
    if (context == nullptr) return result::Error{"OpenSSL finds no memory"};
    SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
    SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_mode(context.get(),
                     SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    return context;
}

result::Status use_certificate(SSL_CTX* context, const std::string& certificate,
                               const std::string& key) {
    if (SSL_CTX_use_certificate_chain_file(context, certificate.c_str()) != 1) {
        return file_error(certificate, "a certificate in PEM");
    }
    if (SSL_CTX_use_PrivateKey_file(context, key.c_str(), SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(context) != 1) {
        return file_error(key, "the certificate's private key in PEM");
    }
    return result::Done{};
}

/// Whom to trust about the other end.
result::Status trust(SSL_CTX* context, const std::string& authorities) {
    if (SSL_CTX_load_verify_file(context, authorities.c_str()) == 1) return result::Done{};
    return file_error(authorities, "certificates in PEM");
}

}  // namespace

result::Result<Context> context_of(const ClientFiles& files) {
    auto context = new_context(TLS_client_method());
    if (!context) return context;
    SSL_CTX* raw = context->get();
    SSL_CTX_set_verify(raw, SSL_VERIFY_PEER, nullptr);
    if (files.ca.empty()) {
        SSL_CTX_set_default_verify_paths(raw);
    } else if (const auto trusted = trust(raw, files.ca); !trusted) {
        return trusted.error();
    }
    if (files.certificate.empty()) return context;
    if (const auto used = use_certificate(raw, files.certificate, files.key); !used) {
        return used.error();
    }
    return context;
}

result::Result<Context> context_of(const ServerFiles& files) {
    auto context = new_context(TLS_server_method());
    if (!context) return context;
    SSL_CTX* raw = context->get();
    SSL_CTX_set_options(raw, SSL_OP_NO_TICKET);
    SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
    if (const auto used = use_certificate(raw, files.certificate, files.key); !used) {
        return used.error();
    }
    if (files.client_ca.empty()) return context;
    if (const auto trusted = trust(raw, files.client_ca); !trusted) return trusted.error();
    SSL_CTX_set_client_CA_list(raw, SSL_load_client_CA_file(files.client_ca.c_str()));
    SSL_CTX_set_verify(raw, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    return context;
}

std::string objection(const ClientFiles& files) {
    const auto context = context_of(files);
    return context ? std::string{} : context.error().message;
}

std::string objection(const ServerFiles& files) {
    const auto context = context_of(files);
    return context ? std::string{} : context.error().message;
}

}  // namespace tls
