#include "lib/trace/trace_file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <limits>
#include <memory>
#include <string_view>

#include <pcap/pcap.h>
#include <sys/stat.h>

namespace trace {
namespace {

struct Close {
    void operator()(pcap_t* handle) const noexcept { pcap_close(handle); }
};
using Handle = std::unique_ptr<pcap_t, Close>;

result::Result<Handle> open(const std::string& path) {
    std::array<char, PCAP_ERRBUF_SIZE> problem{};
    Handle handle{pcap_open_offline_with_tstamp_precision(path.c_str(), PCAP_TSTAMP_PRECISION_NANO,
                                                          problem.data())};
    if (handle == nullptr) return result::Error{problem.data()};
    return handle;
}

/// The nearest time that 64 bits can say; the file may hold any.
std::int64_t nanoseconds_of(const pcap_pkthdr& header) {
    constexpr std::int64_t kPerSecond = 1'000'000'000;
    constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max() / kPerSecond - 1;
    // With nanosecond precision asked for, tv_usec counts nanoseconds.
    return std::clamp<std::int64_t>(header.ts.tv_sec, -kMost, kMost) * kPerSecond +
           std::clamp<std::int64_t>(header.ts.tv_usec, 0, kPerSecond);
}

/// What the first bytes tell of a file that libpcap refuses.
std::string guess(const std::string& path) {
    std::ifstream file{path, std::ios::binary};
    std::array<char, 4> start{};
    file.read(start.data(), start.size());
    const std::string_view magic{start.data(), start.size()};
    if (magic.starts_with("\x1f\x8b")) return "; it is gzip-compressed: run gunzip first";
    if (magic == "\x28\xb5\x2f\xfd") return "; it is zstd-compressed: run unzstd first";
    return {};
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

result::Result<TraceInfo> inspect(const std::string& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) {
        return result::Error{path + ": " + std::strerror(errno)};
    }
    if (!S_ISREG(status.st_mode)) return result::Error{path + ": not a regular file"};
    if (status.st_size == 0) return result::Error{path + ": the file is empty"};
    auto handle = open(path);
    if (!handle) {
        const bool is_foreign =
            handle.error().message.find("unknown file format") != std::string::npos;
        const std::string reason =
            is_foreign ? "not a capture file (pcap or pcapng)" + guess(path)
                       : "cannot be read as a capture: " + explained(handle.error().message);
        return result::Error{path + ": " + reason};
    }
    pcap_pkthdr* header = nullptr;
    const unsigned char* bytes = nullptr;
    const int got = pcap_next_ex(handle->get(), &header, &bytes);
    if (got == PCAP_ERROR) {
        return result::Error{
            path + ": no whole packet can be read: " + explained(pcap_geterr(handle->get()))};
    }
    if (got != 1) return result::Error{path + ": the capture holds no packets"};

    const int link = pcap_datalink(handle->get());
    const char* name = pcap_datalink_val_to_name(link);
    return TraceInfo{.link_type = link,
                     .link_name = name != nullptr ? name : std::to_string(link),
                     .file_bytes = static_cast<std::uint64_t>(status.st_size),
                     .first_time_ns = nanoseconds_of(*header)};
}

TraceEnd read_to_end(const std::string& path) {
    auto handle = open(path);
    if (!handle) return {.problem = explained(handle.error().message)};
    TraceEnd end;
    pcap_pkthdr* header = nullptr;
    const unsigned char* bytes = nullptr;
    int got = 0;
    while ((got = pcap_next_ex(handle->get(), &header, &bytes)) == 1)
        ++end.packets;
    if (got == PCAP_ERROR) end.problem = explained(pcap_geterr(handle->get()));
    return end;
}

}  // namespace trace
