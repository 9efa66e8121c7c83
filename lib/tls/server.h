// Connections by TLS 1.2 or 1.3 that others open and this process only reads. Cold path.
#pragma once

#include "lib/net/incoming.h"
#include "lib/result/result.h"
#include "lib/tls/files.h"

namespace tls {

/// What makes TLS connections of accepted sockets: the handshake is part of the first reads. The
/// process must ignore SIGPIPE. The files are read once, here; the error names the one that is
/// wrong.
[[nodiscard]] result::Result<net::Welcome> welcome_of(const ServerFiles& files);

}  // namespace tls
