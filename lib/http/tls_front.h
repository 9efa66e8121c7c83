// Speaks TLS with clients and hands what they say to a plain server on this machine, which listens
// on loopback: Debian 12's civetweb looks for a function that its OpenSSL does not have any more.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "lib/net/endpoint.h"
#include "lib/result/result.h"
#include "lib/tls/files.h"

namespace http {

/// The ports of 127.0.0.1 from which a TlsFront speaks to the plain server: nobody else may.
class TlsPorts {
  public:
    void add(std::uint16_t port);
    void remove(std::uint16_t port);
    [[nodiscard]] bool has(std::uint16_t port) const;

  private:
    mutable std::mutex mutex_;
    std::set<std::uint16_t> ports_;
};

/// One thread serves all clients and waits for none of them.
class TlsFront {
  public:
    struct Options {
        std::size_t connections = 256;  ///< at once; further clients wait
        /// Of one address, that have not asked for anything yet. One more, and the oldest of these
        /// must go; so it is with all addresses when there is no room for a client.
        std::size_t silent_of_peer = 16;
        /// For the handshake and the head of the first request.
        std::chrono::seconds until_asked{10};
        /// For a whole connection, whatever it does.
        std::chrono::seconds connection{60};
    };

    /// Listens on `endpoint` until destroyed. `ports` must outlive it. The error is one line that
    /// says which file is wrong, or why nobody can listen there.
    [[nodiscard]] static result::Result<TlsFront> start(const net::Endpoint& endpoint,
                                                        const tls::ServerFiles& files,
                                                        std::uint16_t plain_port, TlsPorts& ports,
                                                        const Options& options);
    TlsFront(TlsFront&&) noexcept;
    TlsFront& operator=(TlsFront&&) noexcept;
    /// Cuts clients off.
    ~TlsFront();

    [[nodiscard]] std::uint16_t port() const noexcept;

  private:
    struct State;
    explicit TlsFront(std::unique_ptr<State> state) noexcept;
    std::unique_ptr<State> state_;
};

}  // namespace http
