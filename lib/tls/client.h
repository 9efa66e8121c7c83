// Connections by TLS 1.2 or 1.3 that this process opens and only writes to. Cold path.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "lib/net/endpoint.h"
#include "lib/net/stream.h"
#include "lib/result/result.h"
#include "lib/tls/files.h"

namespace tls {

/// What is wrong with the files, in one line; empty if nothing is.
[[nodiscard]] std::string objection(const ClientFiles& files);

/// The files are read anew, so that renewed certificates count. The error says why there is no
/// connection: "certificate verify failed: self-signed certificate".
[[nodiscard]] result::Result<std::unique_ptr<net::Stream>> connect(
    const net::Endpoint& endpoint, const ClientFiles& files, std::chrono::milliseconds patience);

}  // namespace tls
