// Reads a trace with libpcap as anybody does, and nothing else: what reading it costs at least.
#include <array>
#include <cstdio>

#include <pcap/pcap.h>

int main(int count, char** arguments) {
    if (count != 2) return 2;
    std::array<char, PCAP_ERRBUF_SIZE> problem{};
    pcap_t* trace = pcap_open_offline(arguments[1], problem.data());
    if (trace == nullptr) {
        std::fprintf(stderr, "%s\n", problem.data());
        return 1;
    }
    unsigned long packets = 0;
    pcap_pkthdr* header = nullptr;
    const unsigned char* bytes = nullptr;
    while (pcap_next_ex(trace, &header, &bytes) == 1)
        ++packets;
    pcap_close(trace);
    std::printf("%lu packets\n", packets);
    return 0;
}
