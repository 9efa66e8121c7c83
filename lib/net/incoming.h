// Connections that others open and this process reads. Cold path; one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "lib/descriptor/descriptor.h"

namespace net {

class Incoming {
  public:
    Incoming() = default;
    Incoming(const Incoming&) = delete;
    Incoming& operator=(const Incoming&) = delete;
    Incoming(Incoming&&) = delete;
    Incoming& operator=(Incoming&&) = delete;
    virtual ~Incoming() = default;

    enum class Outcome : std::uint8_t { kBytes, kNothingYet, kOver };
    struct Read {
        Outcome outcome{};
        std::size_t size = 0;   ///< bytes, of kBytes
        std::string failure{};  ///< of kOver, unless the other side has closed it in order
    };
    /// What has come, as far as it fits; never waits.
    [[nodiscard]] virtual Read read(std::span<std::uint8_t> buffer) = 0;
    /// read() would return more now, though the socket may not say so.
    [[nodiscard]] virtual bool has_more() const = 0;
    /// To wait for.
    [[nodiscard]] virtual int number() const noexcept = 0;
};

/// What makes a connection of a socket that was accepted and does not block; null if it cannot.
using Welcome = std::function<std::unique_ptr<Incoming>(descriptor::Descriptor)>;

/// Bytes as they come.
[[nodiscard]] std::unique_ptr<Incoming> plain_incoming(descriptor::Descriptor socket);

}  // namespace net
