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

bool is_about_snap_lengths(std::string_view problem) {
    return problem.find("has a snapshot length") != std::string_view::npos;
}

/// libpcap's words, and what to do where they leave the user alone: it reads no pcapng file whose
/// interfaces differ, though such files are common (`dumpcap -i A -i B`, mergecap).
std::string explained(std::string problem) {
    if (is_about_snap_lengths(problem)) {
        return problem + "; make the interfaces one: editcap -F pcap OLD NEW";
    }
    if (problem.find("has a type") != std::string::npos) {
        return problem +
               "; take each interface by itself: tshark -r OLD -Y frame.interface_id==0 -w ONE && "
               "editcap -T ether -F pcap ONE NEW";
    }
    return problem;
}

/// What libpcap says of the file's first packet, and why it says nothing.
result::Result<TraceInfo> read_first(const std::string& path) {
    auto handle = open(path);
    if (!handle) {
        const std::string& reason = handle.error().message;
        if (is_about_snap_lengths(reason)) return handle.error();
        const bool is_foreign = reason.find("unknown file format") != std::string::npos;
        return result::Error{is_foreign ? "not a capture file (pcap or pcapng)" + guess(path)
                                        : "cannot be read as a capture: " + explained(reason)};
    }
    pcap_pkthdr* header = nullptr;
    const unsigned char* bytes = nullptr;
    const int got = pcap_next_ex(handle->get(), &header, &bytes);
    if (got == PCAP_ERROR) {
        return result::Error{"no whole packet can be read: " +
                             explained(pcap_geterr(handle->get()))};
    }
    if (got != 1) return result::Error{"the capture holds no packets"};

    const int link = pcap_datalink(handle->get());
    const char* name = pcap_datalink_val_to_name(link);
    return TraceInfo{.link_type = link,
                     .link_name = name != nullptr ? name : std::to_string(link),
                     .first_time_ns = nanoseconds_of(*header),
                     .readable = path};
}

}  // namespace

result::Result<TraceInfo> inspect(const std::string& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) {
        return result::Error{path + ": " + std::strerror(errno)};
    }
    if (!S_ISREG(status.st_mode)) return result::Error{path + ": not a regular file"};
    if (status.st_size == 0) return result::Error{path + ": the file is empty"};
    auto info = read_first(path);
    if (!info && is_about_snap_lengths(info.error().message)) {
        auto copy = LevelCopy::make(path);
        if (!copy) {
            return result::Error{path +
                                 ": its interfaces differ in snap length, and no copy "
                                 "without that can be made: " +
                                 copy.error().message};
        }
        const auto kept = std::make_shared<const LevelCopy>(std::move(*copy));
        info = read_first(kept->path());
        if (info) info->copy = kept;
    }
    if (!info) return result::Error{path + ": " + info.error().message};
    info->file_bytes = static_cast<std::uint64_t>(status.st_size);
    return info;
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
