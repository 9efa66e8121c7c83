#include <cerrno>
#include <functional>
#include <system_error>
#include <utility>

#include <sys/socket.h>

#include "lib/net/connect.h"
#include "sensor/report/carrier.h"

namespace sensor::report {
namespace {

using std::chrono::milliseconds;
using Connection = result::Result<descriptor::Descriptor>;

class DatagramCarrier final : public Carrier {
  public:
    explicit DatagramCarrier(std::function<Connection()> connect) : connect_{std::move(connect)} {}

    Outcome deliver(std::string_view lines, milliseconds patience) override {
        Outcome outcome;
        if (!socket_.is_open()) {
            auto socket = connect_();
            if (!socket) return {.error = socket.error().message};
            socket_ = std::move(*socket);
        }
        while (!lines.empty()) {
            const std::string_view record = lines.substr(0, lines.find('\n'));
            const int error = send(record, outcome.done == 0 ? patience : milliseconds{0});
            if (error == EAGAIN) break;
            if (error != 0 && error != EMSGSIZE) {
                socket_ = descriptor::Descriptor{};
                outcome.error = std::generic_category().message(error);
                break;
            }
            if (error == EMSGSIZE) ++outcome.refused;
            ++outcome.done;
            lines.remove_prefix(record.size() + 1);
        }
        return outcome;
    }

  private:
    /// 0, or the errno of what went wrong.
    [[nodiscard]] int send(std::string_view record, milliseconds patience) const {
        for (bool has_waited = false;; has_waited = true) {
            const ssize_t sent =
                ::send(socket_.number(), record.data(), record.size(), MSG_NOSIGNAL);
            if (sent >= 0) return 0;
            if (errno != EAGAIN && errno != ENOBUFS && errno != EINTR) return errno;
            if (has_waited) return EAGAIN;
            net::wait_for_room(socket_.number(), patience);
        }
    }

    std::function<Connection()> connect_;
    descriptor::Descriptor socket_;
};

}  // namespace

std::unique_ptr<Carrier> unix_datagram_carrier(std::string path) {
    return std::make_unique<DatagramCarrier>([path = std::move(path)]() -> Connection {
        const auto address = net::unix_address(path);
        if (!address) return address.error();
        return net::connect_socket(reinterpret_cast<const sockaddr*>(&*address), sizeof *address,
                                   SOCK_DGRAM, {});
    });
}

std::unique_ptr<Carrier> udp_carrier(net::Endpoint endpoint) {
    return std::make_unique<DatagramCarrier>([endpoint = std::move(endpoint)] {
        return net::connect_socket(reinterpret_cast<const sockaddr*>(&endpoint.address),
                                   endpoint.size, SOCK_DGRAM, {});
    });
}

}  // namespace sensor::report
