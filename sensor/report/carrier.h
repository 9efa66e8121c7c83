// What takes records to one destination: a file, a socket, a syslog receiver. Cold path; one
// thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "lib/net/endpoint.h"
#include "lib/tls/client.h"

namespace sensor::report {

class Carrier {
  public:
    Carrier() = default;
    Carrier(const Carrier&) = delete;
    Carrier& operator=(const Carrier&) = delete;
    Carrier(Carrier&&) = delete;
    Carrier& operator=(Carrier&&) = delete;
    virtual ~Carrier() = default;

    struct Outcome {
        std::size_t done = 0;     ///< records, the first ones, that need not be given again
        std::size_t refused = 0;  ///< of them, those that can never be delivered: too long
        std::string error{};      ///< why nothing is delivered at present; empty if all is well
    };
    /// Delivers `lines`, whole records each with its '\n', as far as it can within about
    /// `patience`. Without an error the next call must have the same lines, but for those that are
    /// done; after one it begins anew.
    [[nodiscard]] virtual Outcome deliver(std::string_view lines,
                                          std::chrono::milliseconds patience) = 0;
    /// Opens the destination anew, if it is a file.
    virtual void reopen() {}
};

/// Appends to a file, which is opened when there is something for it.
[[nodiscard]] std::unique_ptr<Carrier> file_carrier(std::string path);

/// How a stream says where a record ends.
enum class Framing : std::uint8_t {
    kLines,  ///< '\n' after each
    kOctets  ///< its length before each, RFC 6587 §3.4.1 and RFC 5425 §4.3
};
/// Over a connection that is made when there is something for it. A record is done once it has
/// arrived, so that some may come twice after a connection has broken, but none is missing that the
/// other side did not lose.
[[nodiscard]] std::unique_ptr<Carrier> unix_stream_carrier(std::string path);
[[nodiscard]] std::unique_ptr<Carrier> tcp_carrier(net::Endpoint endpoint, Framing framing);
[[nodiscard]] std::unique_ptr<Carrier> tls_carrier(net::Endpoint endpoint, tls::ClientFiles files);

/// One datagram for each record. UDP itself promises nothing: what the network or the receiver
/// loses is lost.
[[nodiscard]] std::unique_ptr<Carrier> unix_datagram_carrier(std::string path);
[[nodiscard]] std::unique_ptr<Carrier> udp_carrier(net::Endpoint endpoint);

}  // namespace sensor::report
