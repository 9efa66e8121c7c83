// One TLS connection, relayed to a plain one and back. Private to lib/http.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>

#include <openssl/ssl.h>

namespace http {

/// The sockets must not block. `wake` is readable once everybody is to stop.
class TlsRelay {
  public:
    using Clock = std::chrono::steady_clock;

    TlsRelay(SSL& tls, int client, int wake) noexcept : tls_{tls}, client_{client}, wake_{wake} {}

    /// False if there is none by `end`.
    [[nodiscard]] bool shake_hands(Clock::time_point end);
    /// Until both sides have ended, one fails, or `end`.
    void relay_to(int plain, Clock::time_point end);

  private:
    struct Buffer {
        std::array<char, 16384> bytes;
        std::size_t start = 0;
        std::size_t end = 0;
        [[nodiscard]] bool empty() const noexcept { return start == end; }
    };
    enum class Step : std::uint8_t { kDone, kWaits, kFailed };

    [[nodiscard]] Step read_client();
    [[nodiscard]] Step write_client();
    [[nodiscard]] Step read_plain();
    [[nodiscard]] Step write_plain();
    /// What became of a call of OpenSSL's that returned `outcome`; notes what to wait for.
    [[nodiscard]] Step step_of(int outcome);
    [[nodiscard]] bool wait(Clock::time_point end);
    void say_goodbye(Clock::time_point end);

    SSL& tls_;
    int client_;
    int wake_;
    int plain_ = -1;
    short client_events_ = 0;  // what poll() is asked for
    short plain_events_ = 0;
    bool client_ended_ = false;
    bool plain_ended_ = false;
    Buffer to_plain_;
    Buffer to_client_;
};

}  // namespace http
