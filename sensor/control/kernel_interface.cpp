#include "sensor/control/kernel_interface.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace sensor::control {
namespace {

/// Asks the kernel `what` about the interface; nothing if it does not say. `data` is where some
/// answers go.
std::optional<ifreq> ask(const std::string& name, unsigned long what, void* data = nullptr) {
    const int descriptor = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return std::nullopt;
    ifreq request{};
    if (data != nullptr) request.ifr_data = static_cast<char*>(data);
    name.copy(request.ifr_name, IFNAMSIZ - 1);
    const bool is_told = ::ioctl(descriptor, what, &request) == 0;
    ::close(descriptor);
    if (!is_told) return std::nullopt;
    return request;
}

/// One of the values that ethtool(8) shows; 0 if the driver has none.
std::uint32_t ask_ethtool(const std::string& name, std::uint32_t command) {
    ethtool_value value{.cmd = command, .data = 0};
    return ask(name, SIOCETHTOOL, &value) ? value.data : 0;
}

std::string packet_socket_objection() {
    const int descriptor = ::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
    if (descriptor >= 0) {
        ::close(descriptor);
        return {};
    }
    if (errno == EPERM) {
        return "capturing needs the rights CAP_NET_RAW, CAP_NET_ADMIN and CAP_IPC_LOCK: run as "
               "root, or `setcap cap_net_raw,cap_net_admin,cap_ipc_lock+ep` the program";
    }
    return std::string{"the kernel gives no packet socket: "} + std::strerror(errno);
}

}  // namespace

unsigned index_of_interface(const std::string& name, unsigned otherwise) {
    const unsigned index = ::if_nametoindex(name.c_str());
    return index == 0 && errno != ENODEV && errno != ENXIO ? otherwise : index;
}

std::optional<LinkType> link_of_interface(const std::string& name) {
    const auto told = ask(name, SIOCGIFHWADDR);
    switch (told ? told->ifr_hwaddr.sa_family : ARPHRD_ETHER) {  // by far the most common
        case ARPHRD_ETHER:
        case ARPHRD_LOOPBACK: return LinkType::kEthernet;
        case ARPHRD_NONE:
        case ARPHRD_PPP:
        case ARPHRD_RAWIP:
        case ARPHRD_TUNNEL:
        case ARPHRD_TUNNEL6: return LinkType::kRawIp;
        case ARPHRD_IEEE80211: return LinkType::kIeee80211;
        case ARPHRD_IEEE80211_RADIOTAP: return LinkType::kRadiotap;
        default: return std::nullopt;
    }
}

bool is_running_interface(const std::string& name) {
    const auto told = ask(name, SIOCGIFFLAGS);
    constexpr int kWanted = IFF_UP | IFF_RUNNING;
    return told && (told->ifr_flags & kWanted) == kWanted;
}

std::string objection_to_forwarding(const std::string& name) {
    const auto told = ask(name, SIOCGIFHWADDR);
    if (!told || told->ifr_hwaddr.sa_family == ARPHRD_ETHER) return {};
    return "it is no Ethernet interface; inline, only those can be forwarded";
}

std::uint32_t longest_frame_of_interface(const std::string& name) {
    const auto told = ask(name, SIOCGIFMTU);
    return told ? static_cast<std::uint32_t>(told->ifr_mtu) + ETHER_HDR_LEN : 0;
}

std::string joining_remedy_of_interface(const std::string& name) {
    const bool joins = ask_ethtool(name, ETHTOOL_GGRO) != 0;
    const bool card_joins = (ask_ethtool(name, ETHTOOL_GFLAGS) & ETH_FLAG_LRO) != 0;
    std::string remedy = joins ? "gro off" : "";
    if (card_joins) remedy += joins ? " lro off" : "lro off";
    return remedy;
}

/// proc(5): `NAME: ` and 8 counts of what was received; of those of what was sent, the fourth.
std::uint64_t send_drops_of_interface(const std::string& name) {
    constexpr int kColumnsBefore = 11;
    std::array<char, IF_NAMESIZE> first_name{};  // the file has no other names
    if (::if_indextoname(index_of_interface(name), first_name.data()) == nullptr) return 0;
    std::ifstream file{"/proc/self/net/dev"};
    for (std::string line; std::getline(file, line);) {
        const std::size_t colon = line.find(':');
        const std::size_t begin = line.find_first_not_of(' ');
        if (colon == std::string::npos) continue;
        if (line.compare(begin, colon - begin, first_name.data()) != 0) continue;
        std::istringstream columns{line.substr(colon + 1)};
        std::uint64_t value = 0;
        for (int column = 0; column <= kColumnsBefore; ++column)
            columns >> value;
        return value;
    }
    return 0;
}

std::string objection_to_interface(const std::string& name) {
    if (index_of_interface(name) == 0) {
        return "there is no such network interface; `ip link` lists them";
    }
    if (!link_of_interface(name)) {
        return "its frames begin neither with Ethernet nor with IP nor with 802.11; name another";
    }
    return packet_socket_objection();
}

}  // namespace sensor::control
