#include "lib/trace/trace_file.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>
#include <string_view>

#include <pcap/pcap.h>
#include <sys/stat.h>

#include "lib/trace/trace_reader.h"

namespace trace {
namespace {

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

/// What libpcap says of the file's first packet, and why it says nothing.
result::Result<TraceInfo> read_first(const std::string& path) {
    auto reader = Reader::open(path);
    if (!reader) {
        const std::string& reason = reader.error().message;
        if (is_about_snap_lengths(reason)) return reader.error();
        const bool is_foreign = reason.find("unknown file format") != std::string::npos;
        return result::Error{is_foreign ? "not a capture file (pcap or pcapng)" + guess(path)
                                        : "cannot be read as a capture: " + reason};
    }
    if (!reader->advance()) {
        const std::string& reason = reader->problem();
        return result::Error{reason.empty() ? "the capture holds no packets"
                                            : "no whole packet can be read: " + reason};
    }
    const int link = reader->link_type();
    const char* name = pcap_datalink_val_to_name(link);
    return TraceInfo{.link_type = link,
                     .link_name = name != nullptr ? name : std::to_string(link),
                     .first_time_ns = reader->time_ns(),
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

}  // namespace trace
