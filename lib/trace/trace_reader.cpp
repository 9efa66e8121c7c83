#include "lib/trace/trace_reader.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <limits>

#include <pcap/pcap.h>

namespace trace {
namespace {

constexpr std::size_t kReadAtOnce = std::size_t{256} << 10U;  // bytes

/// The nearest time that 64 bits can say; the file may hold any.
std::int64_t nanoseconds_of(const pcap_pkthdr& header) noexcept {
    constexpr std::int64_t kPerSecond = 1'000'000'000;
    constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max() / kPerSecond - 1;
    // With nanosecond precision asked for, tv_usec counts nanoseconds.
    return std::clamp<std::int64_t>(header.ts.tv_sec, -kMost, kMost) * kPerSecond +
           std::clamp<std::int64_t>(header.ts.tv_usec, 0, kPerSecond);
}

/// libpcap's words, and what to do where they leave the user alone: it reads no pcapng file whose
/// interfaces differ, though such files are common (`dumpcap -i A -i B`, mergecap).
std::string explained(std::string problem) {
    if (problem.find("has a snapshot length") != std::string::npos) {
        return problem + "; make the interfaces one: editcap -F pcap OLD NEW";
    }
    if (problem.find("has a type") != std::string::npos) {
        return problem +
               "; take each interface by itself: tshark -r OLD -Y frame.interface_id==0 -w ONE && "
               "editcap -T ether -F pcap ONE NEW";
    }
    return problem;
}

}  // namespace

void Reader::Close::operator()(pcap* handle) const noexcept {
    pcap_close(handle);
}

result::Result<Reader> Reader::open(const std::string& path) {
    std::FILE* file = std::fopen(path.c_str(), "rbe");
    if (file == nullptr) return result::Error{std::strerror(errno)};
    auto buffer = std::make_unique_for_overwrite<char[]>(kReadAtOnce);
    std::setvbuf(file, buffer.get(), _IOFBF, kReadAtOnce);
    std::array<char, PCAP_ERRBUF_SIZE> problem{};
    pcap* handle =
        pcap_fopen_offline_with_tstamp_precision(file, PCAP_TSTAMP_PRECISION_NANO, problem.data());
    if (handle == nullptr) {
        std::fclose(file);
        return result::Error{explained(problem.data())};
    }
    return Reader{std::move(buffer), handle};
}

int Reader::link_type() const noexcept {
    return pcap_datalink(handle_.get());
}

bool Reader::advance() noexcept {
    pcap_pkthdr* header = nullptr;
    const unsigned char* captured = nullptr;
    const int got = pcap_next_ex(handle_.get(), &header, &captured);
    if (got == 1) {
        frame_ = {captured, header->caplen};
        time_ns_ = nanoseconds_of(*header);
        return true;
    }
    if (got == PCAP_ERROR) problem_ = explained(pcap_geterr(handle_.get()));
    frame_ = {};
    return false;
}

}  // namespace trace
