#include "tests/support/traffic/byte_writer.h"

namespace traffic {

ByteWriter& ByteWriter::append_big_endian(std::uint64_t value, std::size_t width) {
    for (std::size_t i = width; i-- > 0;) {
        out_.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
    }
    return *this;
}

ByteWriter& ByteWriter::append_little_endian(std::uint64_t value, std::size_t width) {
    for (std::size_t i = 0; i < width; ++i) {
        out_.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
    }
    return *this;
}

ByteWriter& ByteWriter::bytes(bytes::View raw) {
    out_.insert(out_.end(), raw.begin(), raw.end());
    return *this;
}

ByteWriter& ByteWriter::zeros(std::size_t count) {
    out_.resize(out_.size() + count);
    return *this;
}

}  // namespace traffic
