#include "lib/gzip/gzip.h"

#include <algorithm>
#include <array>
#include <limits>

#include <zlib.h>

namespace gzip {
namespace {

constexpr int kGzipOnly = 16;  // besides the window's bits

/// One member at a time.
class Inflater {
  public:
    Inflater() { is_open_ = ::inflateInit2(&stream_, MAX_WBITS + kGzipOnly) == Z_OK; }
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;
    ~Inflater() {
        if (is_open_) ::inflateEnd(&stream_);
    }

    /// Takes the member at the start of `packed` off it.
    [[nodiscard]] Outcome unpack(std::string_view& packed, std::size_t most, std::string& text) {
        if (!is_open_ || ::inflateReset(&stream_) != Z_OK) return Outcome::kBroken;
        std::array<char, 16384> piece{};
        for (int state = Z_OK; state != Z_STREAM_END;) {
            const std::size_t given =
                std::min<std::size_t>(packed.size(), std::numeric_limits<uInt>::max());
            // zlib only reads it, but for want of a const in its interface.
            stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
            stream_.avail_in = static_cast<uInt>(given);
            stream_.next_out = reinterpret_cast<Bytef*>(piece.data());
            stream_.avail_out = static_cast<uInt>(piece.size());
            state = ::inflate(&stream_, Z_NO_FLUSH);
            if (state != Z_OK && state != Z_STREAM_END) return Outcome::kBroken;
            packed.remove_prefix(given - stream_.avail_in);
            const std::size_t made = piece.size() - stream_.avail_out;
            if (made > most - text.size()) return Outcome::kTooLarge;
            text.append(piece.data(), made);
        }
        return Outcome::kWhole;
    }

  private:
    z_stream stream_{};
    bool is_open_ = false;
};

}  // namespace

Outcome unpack(std::string_view packed, std::size_t most, std::string& text) {
    Inflater inflater;
    if (text.size() > most) return Outcome::kTooLarge;
    do {
        const Outcome outcome = inflater.unpack(packed, most, text);
        if (outcome != Outcome::kWhole) return outcome;
    } while (!packed.empty());
    return Outcome::kWhole;
}

}  // namespace gzip
