// A connection that this process opens and only writes to. Cold path; one thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "lib/net/endpoint.h"
#include "lib/result/result.h"

namespace net {

class Stream {
  public:
    Stream() = default;
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;
    Stream(Stream&&) = delete;
    Stream& operator=(Stream&&) = delete;
    virtual ~Stream() = default;

    /// Sends what there is room for and returns how many bytes that were; waits up to `patience`
    /// for room. The error says why the connection is over. What the other side says is ignored.
    [[nodiscard]] virtual result::Result<std::size_t> send(std::string_view bytes,
                                                           std::chrono::milliseconds patience) = 0;
    /// Whether everything that was sent has arrived: read, of a Unix socket; acknowledged by the
    /// other machine, of TCP. The error says why the connection is over.
    [[nodiscard]] virtual result::Result<bool> has_arrived() = 0;
};

/// TCP. The error says why there is none: "Connection refused".
[[nodiscard]] result::Result<std::unique_ptr<Stream>> connect_stream(
    const Endpoint& endpoint, std::chrono::milliseconds patience);
/// A Unix stream socket.
[[nodiscard]] result::Result<std::unique_ptr<Stream>> connect_stream(
    const std::string& path, std::chrono::milliseconds patience);

}  // namespace net
