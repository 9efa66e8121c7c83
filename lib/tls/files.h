// What the ends of a TLS connection go by: paths of files in PEM.
#pragma once

#include <string>

namespace tls {

struct ClientFiles {
    std::string ca{};  ///< who may have signed the server's certificate; empty: the system's
    std::string certificate{};  ///< the client's own, with what signed it; empty for none
    std::string key{};          ///< the private key of `certificate`
    std::string server_name{};  ///< whom the server's certificate must be for; empty: the address
};

struct ServerFiles {
    std::string certificate;  ///< the server's own, then what signed it
    std::string key;          ///< the private key of `certificate`
    std::string client_ca{};  ///< if there is one, clients must show a certificate that it signed
};

/// What is wrong with the files, in one line that begins with the file's path; empty if nothing is.
[[nodiscard]] std::string objection(const ServerFiles& files);

}  // namespace tls
