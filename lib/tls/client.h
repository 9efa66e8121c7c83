// Connections by TLS 1.2 or 1.3 that this process opens and only writes to. Cold path.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "lib/net/endpoint.h"
#include "lib/net/stream.h"
#include "lib/result/result.h"

namespace tls {

/// What a client goes by. Paths of files in PEM.
struct ClientFiles {
    std::string ca{};  ///< who may have signed the server's certificate; empty: the system's
    std::string certificate{};  ///< the client's own, with what signed it; empty for none
    std::string key{};          ///< the private key of `certificate`
    std::string server_name{};  ///< whom the server's certificate must be for; empty: the address
};

/// What is wrong with the files, in one line; empty if nothing is.
[[nodiscard]] std::string objection(const ClientFiles& files);

/// The files are read anew, so that renewed certificates count. The error says why there is no
/// connection: "certificate verify failed: self-signed certificate".
[[nodiscard]] result::Result<std::unique_ptr<net::Stream>> connect(
    const net::Endpoint& endpoint, const ClientFiles& files, std::chrono::milliseconds patience);

}  // namespace tls
