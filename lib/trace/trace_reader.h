// Frames of a trace file, pcap or pcapng, one after the other, by libpcap. DPDK's net_pcap reads
// such files too, but in system calls of 4 KiB, with a clock of microseconds and without telling
// the end.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "lib/bytes/byte_cursor.h"
#include "lib/result/result.h"

struct pcap;

namespace trace {

class Reader {
  public:
    /// One line, without the path, in libpcap's words, if it is no file that libpcap reads.
    [[nodiscard]] static result::Result<Reader> open(const std::string& path);

    Reader(Reader&&) noexcept = default;
    Reader& operator=(Reader&&) noexcept = default;
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;
    ~Reader() = default;

    /// LINKTYPE_ number, www.tcpdump.org/linktypes.
    [[nodiscard]] int link_type() const noexcept;

    /// Goes on to the next frame, the first at first. False at the end, and where the file cannot
    /// be read on: then problem() says why.
    [[nodiscard]] bool advance() noexcept;
    /// The captured bytes of the frame, borrowed until advance(). After it returned true.
    [[nodiscard]] bytes::View frame() const noexcept { return frame_; }
    /// When it was captured, nanoseconds since the Unix epoch; the nearest that 64 bits can say.
    [[nodiscard]] std::int64_t time_ns() const noexcept { return time_ns_; }
    /// In libpcap's words; empty if the file ends properly.
    [[nodiscard]] const std::string& problem() const noexcept { return problem_; }

  private:
    struct Close {
        void operator()(pcap* handle) const noexcept;
    };
    Reader(std::unique_ptr<char[]> buffer, pcap* handle) noexcept
        : buffer_{std::move(buffer)}, handle_{handle} {}

    std::unique_ptr<char[]> buffer_;  // the file's; outlives the handle
    std::unique_ptr<pcap, Close> handle_;
    bytes::View frame_;
    std::int64_t time_ns_ = 0;
    std::string problem_;
};

}  // namespace trace
