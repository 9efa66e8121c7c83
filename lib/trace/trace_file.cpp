#include "lib/trace/trace_file.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
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
        const std::string reason = is_foreign
                                       ? "not a capture file (pcap or pcapng)" + guess(path)
                                       : "cannot be read as a capture: " + handle.error().message;
        return result::Error{path + ": " + reason};
    }
    pcap_pkthdr* header = nullptr;
    const unsigned char* bytes = nullptr;
    const int got = pcap_next_ex(handle->get(), &header, &bytes);
    if (got == PCAP_ERROR) {
        return result::Error{path + ": no whole packet can be read: " + pcap_geterr(handle->get())};
    }
    if (got != 1) return result::Error{path + ": the capture holds no packets"};

    const int link = pcap_datalink(handle->get());
    const char* name = pcap_datalink_val_to_name(link);
    constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;
    return TraceInfo{
        .link_type = link,
        .link_name = name != nullptr ? name : std::to_string(link),
        .file_bytes = static_cast<std::uint64_t>(status.st_size),
        // With nanosecond precision asked for, tv_usec counts nanoseconds.
        .first_time_ns = header->ts.tv_sec * kNanosecondsPerSecond + header->ts.tv_usec};
}

TraceEnd read_to_end(const std::string& path) {
    auto handle = open(path);
    if (!handle) return {.problem = handle.error().message};
    TraceEnd end;
    pcap_pkthdr* header = nullptr;
    const unsigned char* bytes = nullptr;
    int got = 0;
    while ((got = pcap_next_ex(handle->get(), &header, &bytes)) == 1)
        ++end.packets;
    if (got == PCAP_ERROR) end.problem = pcap_geterr(handle->get());
    return end;
}

}  // namespace trace
