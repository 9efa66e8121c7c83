// Writes the seeds of the fuzz targets from the messages that tests are written with.
// Usage: make-fuzz-seeds DIRECTORY
#include <array>
#include <cstdio>
#include <filesystem>
#include <string>
#include <string_view>

#include "tests/demo/stories.h"
#include "tests/fuzz/feed_seeds.h"

namespace {

namespace fs = std::filesystem;
constexpr std::size_t kSeeds = 600;

bool write(const fs::path& folder, std::size_t number, const traffic::Bytes& content) {
    std::error_code failed;
    fs::create_directories(folder, failed);  // write_file reports what is wrong
    return traffic::write_file((folder / std::to_string(number)).string(), content).has_value();
}

traffic::Bytes after(std::initializer_list<std::uint8_t> start, bytes::View rest) {
    traffic::Bytes bytes{start};
    bytes.insert(bytes.end(), rest.begin(), rest.end());
    return bytes;
}

/// The frame of `number` bare and in the wireless frames and tunnels that the demo has none of.
bool write_decode_seeds(const fs::path& folder, std::size_t number, const traffic::Bytes& frame) {
    constexpr std::size_t kEthernet = 14;  // bytes
    struct Tunnel {
        std::uint16_t port;
        traffic::Bytes header;
        std::size_t skipped;  // bytes of the frame
    };
    static const std::array kTunnels{
        Tunnel{5247, {0, 0x10, 0x02, 0, 0, 0, 0, 0}, 0},
        Tunnel{37008, {1, 0, 0, 1, 1}, 0},
        Tunnel{1701, {0, 3, 0, 0, 0, 0, 0, 1}, 0},
        Tunnel{1701, {0, 2, 0, 1, 0, 1, 0xff, 3, 0, 0x21}, kEthernet},
    };
    if (!write(folder, number, after({0}, frame))) return false;
    if (number % 8 != 0 || frame.size() < kEthernet) return true;
    std::size_t next = kSeeds + number;
    const bytes::View packet = bytes::View{frame}.subspan(kEthernet);
    const auto wireless =
        after({0x88, 1, 0, 0, 2, 0, 0, 0, 0, 1,    2,    0, 0, 0, 0, 2,         2,
               0,    0, 0, 0, 3, 0, 0, 0, 0, 0xaa, 0xaa, 3, 0, 0, 0, frame[12], frame[13]},
              packet);
    bool all = write(folder, next++, after({5}, wireless)) &&
               write(folder, next++, after({6, 0, 0, 9, 0, 2, 0, 0, 0, 0x10}, wireless));
    for (const Tunnel& tunnel : kTunnels) {
        traffic::Bytes datagram = tunnel.header;
        const bytes::View carried = bytes::View{frame}.subspan(tunnel.skipped);
        datagram.insert(datagram.end(), carried.begin(), carried.end());
        const sensor::Endpoint client{sensor::ipv4_address(0xc0000201U), sensor::PortNumber{40000}};
        const sensor::Endpoint server{sensor::ipv4_address(0xc0000202U),
                                      sensor::PortNumber{tunnel.port}};
        const auto outer =
            traffic::frame(traffic::untagged(), traffic::udp_packet(client, server, datagram));
        all = all && write(folder, next++, after({0}, outer));
    }
    return all;
}

constexpr std::string_view kFlow =
    R"({"timestamp":"2026-09-21T07:37:12.671000+0000","flow_id":7,"event_type":"flow","vlan":[110],)"
    R"("src_ip":"10.20.1.14","src_port":40001,"dest_ip":"198.51.100.20","dest_port":8088,)"
    R"("proto":"TCP","app_proto":"tls","app_proto_ts":"tls","app_proto_tc":"tls","flow":{)"
    R"("pkts_toserver":9,"pkts_toclient":7,"bytes_toserver":1480,"bytes_toclient":4210,)"
    R"("start":"2026-09-21T07:37:11.420000+0000","end":"2026-09-21T07:37:12.671000+0000",)"
    R"("reason":"closed"},"tcp":{"tcp_flags_ts":"1b","tcp_flags_tc":"13","state":"closed"},)"
    R"("tls":{"sni":"a.example","version":"TLS 1.2","client_alpns":["h2"]},"http":{)"
    R"("hostname":"a.example","http_port":80,"status":200},"dns":{"queries":[{"rrname":"a"}]},)"
    R"("ssh":{"client":{"proto_version":"2.0","software_version":"x"}},"offport":{)"
    R"("attribution":{"app":"com.x","device":"d","method":"app-group"},"context":{)"
    R"("app_state":"background","locked":"yes","since_job_seconds":0.812},"confirmed":"both",)"
    R"("tags":{"vlans":[110],"tunnel":"vxlan","vni":7},"inner":{"app_proto":"ssh",)"
    R"("confirmed":"both","proxied":true},"destination_requested":"192.0.2.1:22"}})";

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fputs("usage: make-fuzz-seeds DIRECTORY\n", stderr);
        return 2;
    }
    const fs::path folder{argv[1]};
    const demo::Scene scene = demo::play();
    const auto packets = scene.trace.sorted();
    bool all = true;
    for (std::size_t i = 0; i < packets.size() && i < kSeeds; ++i) {
        const traffic::Bytes& frame = packets[i].frame;
        all = all && write_decode_seeds(folder / "decode", i, frame);
        const auto length = static_cast<std::uint16_t>(frame.size());
        all = all && write(folder / "session", i,
                           after({static_cast<std::uint8_t>(length >> 8U),
                                  static_cast<std::uint8_t>(length & 0xffU)},
                                 frame));
    }
    const std::string events = scene.identity.text();
    std::size_t number = 0;
    for (std::size_t at = 0; at < events.size() && number < kSeeds; ++number) {
        const std::size_t end = std::min(events.find('\n', at), events.size());
        const auto line = events.substr(at, end - at);
        all = all && write(folder / "events", number, {line.begin(), line.end()});
        at = end + 1;
    }
    all = all && write(folder / "eve", 0, {kFlow.begin(), kFlow.end()});
    const std::string policy = "AllowedProtocolPortMappings: {tls: {tcp: [443, \"8000-8010\"]}}\n";
    all = all && write(folder / "policy", 0, {policy.begin(), policy.end()});
    const std::string syslog =
        "23 <14>1 - - a - - [b c=\"d\"] e<14>1 2026-09-20T07:00:01Z h a - - - f\n";
    all = all && write(folder / "syslog", 0, {syslog.begin(), syslog.end()});
    all = all && write(folder / "gzip", 0, {0x1f, 0x8b, 8,    0,    0,    0,    0, 0, 2, 3, 0x53,
                                            4,    0,    0xd3, 0xff, 0x6b, 0x9e, 1, 0, 0, 0});
    all = all && write(folder / "plist", 0, {fuzz::kPlist.begin(), fuzz::kPlist.end()});
    for (const fuzz::FeedSeed& seed : fuzz::kFeedSeeds) {
        all = all && write(folder / ("feed_" + std::string{seed.feed}), number++,
                           {seed.document.begin(), seed.document.end()});
    }
    if (!all) std::fprintf(stderr, "make-fuzz-seeds: cannot write below %s\n", argv[1]);
    return all ? 0 : 1;
}
