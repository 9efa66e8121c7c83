// One client of a TlsFront: its handshake, the head of its first request, and then what it and the
// plain server say to each other. Private to lib/http.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include <openssl/ssl.h>
#include <poll.h>

#include "lib/descriptor/descriptor.h"
#include "lib/http/tls_front.h"
#include "lib/net/endpoint.h"

namespace http {

/// Never waits. The plain server hears nothing of a client before the head of a request has come
/// whole: its threads are few.
class TlsConnection {
  public:
    using Clock = std::chrono::steady_clock;
    using Tls = std::unique_ptr<SSL, decltype(&SSL_free)>;

    /// Where it leads.
    struct Plain {
        std::uint16_t port;
        TlsPorts& ports;
    };
    /// `client` must not block, and `tls` speaks over it.
    TlsConnection(Tls tls, descriptor::Descriptor client, const net::Peer& peer, const Plain& plain,
                  const TlsFront::Options& options, Clock::time_point now);
    TlsConnection(const TlsConnection&) = delete;
    TlsConnection& operator=(const TlsConnection&) = delete;
    ~TlsConnection();

    /// Goes on as far as it can, within reason. False once it is over.
    [[nodiscard]] bool go_on(Clock::time_point now);
    /// What it waits for; of no interest if the descriptor is negative.
    [[nodiscard]] std::array<pollfd, 2> waits_for() const noexcept;
    /// There is more to do without waiting.
    [[nodiscard]] bool has_more() const noexcept { return has_more_; }
    /// When it is over in any case.
    [[nodiscard]] Clock::time_point end() const noexcept { return end_; }
    [[nodiscard]] bool has_asked() const noexcept { return phase_ > Phase::kHead; }
    [[nodiscard]] const net::Peer& peer() const noexcept { return peer_; }

  private:
    struct Buffer {
        std::array<char, 16384> bytes;
        std::size_t start = 0;
        std::size_t end = 0;
        [[nodiscard]] bool empty() const noexcept { return start == end; }
        [[nodiscard]] std::string_view view() const noexcept {
            return std::string_view{bytes.data(), end}.substr(start);
        }
    };
    enum class Phase : std::uint8_t { kHandshake, kHead, kRelay, kGoodbye };
    enum class Step : std::uint8_t { kDone, kWaits, kFailed };

    [[nodiscard]] Step take_step(Clock::time_point now);
    [[nodiscard]] Step shake_hands();
    [[nodiscard]] Step read_head();
    [[nodiscard]] Step connect();
    [[nodiscard]] Step relay(Clock::time_point now);
    [[nodiscard]] Step say_goodbye();
    [[nodiscard]] Step read_client();
    [[nodiscard]] Step write_client();
    [[nodiscard]] Step read_plain();
    [[nodiscard]] Step write_plain();
    /// What became of a call of OpenSSL's that returned `outcome`; notes what to wait for.
    [[nodiscard]] Step step_of(int outcome);

    descriptor::Descriptor client_;
    descriptor::Descriptor plain_;
    Tls tls_;
    net::Peer peer_;
    Plain to_;
    std::uint16_t plain_port_ = 0;  // from which the plain server is spoken to
    Clock::time_point last_;        // for the whole connection
    Clock::time_point end_;         // for this phase of it
    Phase phase_ = Phase::kHandshake;
    short client_events_ = 0;  // what poll() is asked for
    short plain_events_ = 0;
    bool has_more_ = false;
    bool client_ended_ = false;
    bool plain_ended_ = false;
    Buffer to_plain_;
    Buffer to_client_;
};

}  // namespace http
