// A UNIX-domain socket (unix(7), SOCK_SEQPACKET) on which one process asks another: one request,
// one answer, and the connection is over. Cold path.
//
// The file has mode 0600, so only its owner and root can ask. Who listens holds a lock on
// PATH.lock, which the kernel gives back however the process ends: a socket without the lock is
// stale and is replaced.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/descriptor/descriptor.h"
#include "lib/result/result.h"

namespace ipc {

using descriptor::Descriptor;

/// Longer requests and answers are cut.
inline constexpr std::size_t kMostMessageBytes = 65536;

/// A question. Whoever asked waits until it is answered; if it dies before, they are told.
class Request {
  public:
    Request(std::string text, Descriptor client) noexcept
        : text_{std::move(text)}, client_{std::move(client)} {}

    [[nodiscard]] const std::string& text() const noexcept { return text_; }
    /// Once. Whoever has gone away meanwhile misses it.
    void answer(std::string_view text) noexcept;

  private:
    std::string text_;
    Descriptor client_;
};

class RequestSocket {
  public:
    /// Listens at `path`; makes its directory, for this user alone, if it is not there. One line on
    /// failure, also if another process listens there.
    [[nodiscard]] static result::Result<RequestSocket> listen(const std::string& path);

    RequestSocket(RequestSocket&&) noexcept = default;
    RequestSocket& operator=(RequestSocket&&) = delete;
    RequestSocket(const RequestSocket&) = delete;
    RequestSocket& operator=(const RequestSocket&) = delete;
    /// Removes the file, if this process may.
    ~RequestSocket();

    /// The next request that has arrived, if there is one; never waits. One thread.
    [[nodiscard]] std::optional<Request> next();

  private:
    RequestSocket(std::string path, Descriptor lock, Descriptor listener) noexcept
        : path_{std::move(path)}, lock_{std::move(lock)}, listener_{std::move(listener)} {}
    void accept_all();

    std::string path_;
    Descriptor lock_;
    Descriptor listener_;
    std::vector<Descriptor> clients_;  // that have not asked yet, the oldest first
};

/// Why there is no answer.
enum class Silence {
    kNobody,   ///< nobody listens there
    kRefused,  ///< this user may not ask
    kEnded,    ///< who was asked ended before it answered
    kTimeout,
    kOther,
};

struct Answer {
    std::string text;
    Silence silence{};  ///< why there is no text, if there is none
};

/// Sends `request` to who listens at `path` and waits up to `patience` for the answer.
[[nodiscard]] Answer ask(const std::string& path, std::string_view request,
                         std::chrono::seconds patience);

}  // namespace ipc
