// What every feed makes of its source's bytes. Cold path.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sensor/model/event.h"

namespace sensor::attribute::feeds {

/// What a document, a message or a datagram held.
struct FeedEvents {
    static constexpr std::size_t kMaxRejections = 100;

    struct Rejection {
        /// Of the line, record or event, from 1; 0 if the whole document is at fault.
        std::uint64_t number = 0;
        std::string reason;  ///< "expected 'port' as a number from 1 to 65535"
    };

    /// What the sensor does not know, and does without.
    struct Unknown {
        static constexpr std::size_t kMost = 16;  ///< different ones of a document
        std::string what;                         ///< "column 'Department'"
        std::uint64_t first = 0;                  ///< as Rejection::number
        std::uint64_t count = 0;
    };

    std::vector<IdentityEvent> events;
    std::vector<Unknown> unknown;
    std::vector<Rejection> rejections;  ///< the first kMaxRejections
    std::uint64_t rejected = 0;         ///< all of them
    std::uint64_t passed_over = 0;      ///< what is sound and tells the sensor nothing

    void note_unknown(std::uint64_t number, std::string_view what) {
        for (Unknown& known : unknown) {
            if (known.what == what) return static_cast<void>(++known.count);
        }
        if (unknown.size() < Unknown::kMost) unknown.push_back({std::string{what}, number, 1});
    }
    void reject(std::uint64_t number, std::string reason) {
        ++rejected;
        if (rejections.size() < kMaxRejections) rejections.push_back({number, std::move(reason)});
    }
};

}  // namespace sensor::attribute::feeds
