#include "sensor/control/kernel_interface.h"

#include <cerrno>
#include <cstring>

#include <net/if.h>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace sensor::control {
namespace {

/// Asks the kernel `what` about the interface; nothing if it does not say.
std::optional<ifreq> ask(const std::string& name, unsigned long what) {
    const int descriptor = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return std::nullopt;
    ifreq request{};
    name.copy(request.ifr_name, IFNAMSIZ - 1);
    const bool is_told = ::ioctl(descriptor, what, &request) == 0;
    ::close(descriptor);
    if (!is_told) return std::nullopt;
    return request;
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
