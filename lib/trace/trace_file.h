// Trace files as libpcap sees them: whether one can be read, and what kind of frames it holds. The
// only folder that includes <pcap/pcap.h>.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "lib/result/result.h"
#include "lib/trace/level_copy.h"

namespace trace {

struct TraceInfo {
    int link_type = 0;      ///< LINKTYPE_ number, www.tcpdump.org/linktypes
    std::string link_name;  ///< libpcap's name for it, or its number
    std::uint64_t file_bytes = 0;
    std::int64_t first_time_ns = 0;  ///< since the Unix epoch, of the first packet; saturated
    std::string readable;            ///< the path to read it from
    std::shared_ptr<const LevelCopy> copy{};  ///< what `readable` names, if not the file itself
};

/// Opens `path`, reads its first packet and closes it; a file of interfaces that differ in snap
/// length is copied for that. One line if it is not a regular file, not a
/// capture, or holds no whole packet.
[[nodiscard]] result::Result<TraceInfo> inspect(const std::string& path);

}  // namespace trace
