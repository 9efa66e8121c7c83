// Packets on odd ports that are no exchange of any protocol.
#include "tests/demo/stories.h"
#include "tests/support/traffic/messages/http.h"
#include "tests/support/traffic/messages/ssh.h"

namespace demo {

/// Forty ports of one host; every third is silent, the others say no.
void port_scan(Scene& scene) {
    for (std::uint16_t i = 0; i < 40; ++i) {
        const auto port = static_cast<std::uint16_t>(20 + 203 * i);
        auto attempt = scene.tcp(scene.cast.phone_201, {}, endpoint("198.51.100.200", port),
                                 at(7h + 20min) + i * 150ms);
        i % 3 == 0 ? attempt.attempt() : attempt.refused();
    }
}

/// A download tool with a mistyped port asks an SSH server for a web page.
void http_to_ssh_server(Scene& scene) {
    auto connection = scene.tcp(scene.cast.phone_116, "com.example.download",
                                endpoint("198.51.100.77", 2222), at(7h + 27min + 8s));
    connection.open()
        .client(traffic::http::request("GET", "files.example.net:2222", "/",
                                       {{"User-Agent", "download/2.4"}}))
        .server(traffic::ssh::identification("OpenSSH_9.6"))
        .server("Invalid SSH identification string.\r\n")
        .close(traffic::Side::kServer);
}

}  // namespace demo
