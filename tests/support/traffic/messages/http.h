// HTTP/1.1 (RFC 9112), the WebSocket opening handshake and frames (RFC 6455), HTTP/2 (RFC 9113).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/support/traffic/byte_writer.h"

namespace traffic::http {

using Headers = std::vector<std::pair<std::string, std::string>>;

/// Adds Host, and Content-Length if there is a body.
[[nodiscard]] std::string request(std::string_view method, std::string_view host,
                                  std::string_view target, const Headers& headers = {},
                                  std::string_view body = {});
/// `status` is "200 OK". Adds Content-Length.
[[nodiscard]] std::string response(std::string_view status, const Headers& headers = {},
                                   std::string_view body = {});

}  // namespace traffic::http

namespace traffic::websocket {

/// `seed` makes the key of 16 random bytes, RFC 6455 §4.1.
[[nodiscard]] std::string upgrade_request(std::string_view host, std::string_view target,
                                          std::uint64_t seed);
/// Accepts that very key, §4.2.2.
[[nodiscard]] std::string upgrade_response(std::uint64_t seed);
/// §4.2.2 step 5.4: Base64 of the SHA-1 of key and GUID.
[[nodiscard]] std::string accept_for(std::string_view key);

/// One whole frame, §5.2; a client's is masked.
[[nodiscard]] Bytes client_frame(bytes::View payload, std::uint64_t seed);
[[nodiscard]] Bytes server_frame(bytes::View payload);

}  // namespace traffic::websocket

namespace traffic::http2 {

/// The preface, SETTINGS and WINDOW_UPDATE, RFC 9113 §3.4.
[[nodiscard]] Bytes client_preface();
[[nodiscard]] Bytes server_settings();
/// SETTINGS with the ACK flag, §6.5.
[[nodiscard]] Bytes settings_acknowledgement();
/// GET `path` in one HEADERS frame; field lines without Huffman coding, RFC 7541 §6.
[[nodiscard]] Bytes get(std::uint32_t stream, std::string_view authority, std::string_view path);
/// 200 in a HEADERS frame, then DATA frames.
[[nodiscard]] Bytes answer(std::uint32_t stream, bytes::View body);

}  // namespace traffic::http2
