// The body of a request, read whole and within bounds.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

struct mg_connection;

namespace http {

enum class BodyStatus : std::uint8_t {
    kWhole,
    kTooLarge,
    kBroken,  ///< it ended early, came too slowly, or its chunks are none
};

struct Body {
    std::string bytes;
    /// The client was told to go on. civetweb takes that for the answer's headers, and sends none.
    bool has_answer_begun = false;
    /// The next request begins where this body ends. Not so after chunks, of which civetweb does
    /// not say where they end.
    bool is_spent = false;
};

/// Reads at most `most` bytes. The client is told to go on if it waits for that.
[[nodiscard]] BodyStatus read_body(mg_connection* connection, std::size_t most,
                                   std::chrono::milliseconds patience, Body& body);

}  // namespace http
