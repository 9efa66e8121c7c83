// Hears syslog by UDP and TCP, on a thread of its own: the text of each message is a document of
// the feed that its APP-NAME stands for.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string_view>
#include <thread>
#include <vector>

#include "lib/net/datagram_socket.h"
#include "lib/net/stream_listener.h"
#include "lib/result/result.h"
#include "sensor/attribute/feeds/syslog_message.h"
#include "sensor/control/feeds/intake.h"
#include "sensor/control/feeds/syslog_config.h"

namespace sensor::control {

/// Takes the messages of the senders that `config` allows. One thread.
class SyslogReceiver : public net::StreamReader {
  public:
    /// Both must outlive it.
    SyslogReceiver(const SyslogConfig& config, Intake& intake) : config_{config}, intake_{intake} {}

    void on_datagram(const net::DatagramSocket::Datagram& datagram);
    [[nodiscard]] bool on_open(std::uint64_t connection, const net::Peer& peer) override;
    [[nodiscard]] bool on_bytes(std::uint64_t connection,
                                std::span<const std::uint8_t> bytes) override;
    void on_close(std::uint64_t connection) override;

  private:
    [[nodiscard]] bool may_speak(const net::Peer& peer) const;
    /// False if the Intake had no room for it.
    [[nodiscard]] bool take(std::string_view message);

    const SyslogConfig& config_;
    Intake& intake_;
    std::map<std::uint64_t, attribute::feeds::SyslogFrames> connections_;
};

class SyslogListener {
  public:
    /// Null if it has nothing to listen on. `intake` must outlive it. One line on failure.
    [[nodiscard]] static result::Result<std::unique_ptr<SyslogListener>> start(
        const SyslogConfig& config, Intake& intake);

    SyslogListener(const SyslogListener&) = delete;
    SyslogListener& operator=(const SyslogListener&) = delete;
    /// Waits for the thread, which looks many times a second.
    ~SyslogListener() = default;

  private:
    SyslogListener(const SyslogConfig& config, Intake& intake)
        : config_{config}, intake_{intake}, datagrams_{config_, intake} {}
    void listen(const std::stop_token& stop);

    /// A listener and whom it tells: connections are numbered by listener.
    struct Stream {
        net::StreamListener listener;
        SyslogReceiver receiver;
    };
    SyslogConfig config_;
    Intake& intake_;
    SyslogReceiver datagrams_;
    std::vector<net::DatagramSocket> sockets_;
    std::vector<Stream> streams_;
    std::jthread thread_;  // the last: it uses all the others
};

}  // namespace sensor::control
