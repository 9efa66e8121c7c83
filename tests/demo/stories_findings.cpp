// The six behaviours that the sensor must report, each exactly once.
#include "lib/digest/digest.h"
#include "tests/demo/stories.h"
#include "tests/support/traffic/messages/dns.h"
#include "tests/support/traffic/messages/http.h"
#include "tests/support/traffic/messages/ssh.h"
#include "tests/support/traffic/random.h"

namespace demo {

/// A flashlight wakes every five minutes on a locked phone and reports to its server by TLS.
void flashlight(Scene& scene) {
    const Device& phone = scene.cast.phone_114;
    constexpr std::string_view kApp = "com.example.flashlight";
    const auto server = endpoint("198.51.100.20", 8088);
    scene.identity.background(phone, kApp, at(6h + 46min));
    scene.look_up(phone, "beacon.flashlight.example", server.address, at(7h + 2min + 10s));

    for (std::uint64_t beat = 0; beat < 8; ++beat) {
        const auto start = at(7h + 2min + 11s) + beat * 300s;
        scene.identity.job_start(phone, kApp, "workmanager", start - 1200ms);
        auto connection = scene.tcp(phone, kApp, server, start);
        talk_tls(connection.open(),
                 {.hello = {.server_name = "beacon.flashlight.example", .seed = 1100 + beat},
                  .request_size = 612,
                  .answer_size = 180});
    }
}

/// A wallpaper app that no store manages uploads what it collected, in the clear.
void wallpaper(Scene& scene) {
    const Device& phone = scene.cast.phone_201;
    constexpr std::string_view kApp = "com.example.wallpaper";
    const auto server = endpoint("198.51.100.7", 7878);
    scene.identity.foreground(phone, kApp, at(7h + 4min + 50s));
    scene.identity.background(phone, kApp, at(7h + 6min));

    std::uint64_t seed = 1200;
    for (const auto time : {7h + 5min + 20s, 7h + 13min + 48s, 7h + 31min + 2s}) {
        const std::string body = "{\"id\":\"w" + std::to_string(seed) + "\",\"contacts\":\"" +
                                 std::string(1800, 'a') + "\"}";
        auto connection = scene.tcp(phone, kApp, server, at(time));
        connection.open()
            .client(traffic::http::request(
                "POST", "up.wallpaper.example:7878", "/v2/collect",
                {{"User-Agent", "Dalvik/2.1.0"}, {"Content-Type", "application/json"}}, body))
            .server(traffic::http::response("200 OK", {{"Content-Type", "application/json"}},
                                            "{\"ok\":true}"))
            .close();
        ++seed;
    }
}

/// A torch app asks a resolver of its own, on the port of multicast DNS, for names that carry data.
void torch(Scene& scene) {
    namespace dns = traffic::dns;
    const Device& phone = scene.cast.phone_114;
    constexpr std::string_view kApp = "com.example.torch";
    scene.identity.background(phone, kApp, at(6h + 46min));
    scene.identity.job_start(phone, kApp, "alarm", at(7h + 8min + 29s));

    auto exchange = scene.udp(phone, kApp, endpoint("203.0.113.53", 5353), at(7h + 8min + 30s));
    traffic::Random random{1300};
    for (std::uint16_t i = 0; i < 6; ++i) {
        const std::string name = std::to_string(random.next()) + ".t.torch.example";
        const dns::Question question{
            .id = static_cast<std::uint16_t>(0x4c11U + i), .name = name, .type = dns::Type::kTxt};
        exchange.client(dns::query(question))
            .server(dns::text_response(question, "v=1;" + std::to_string(random.next())))
            .wait(4s);
    }
}

/// A game keeps a WebSocket open for 25 minutes and exchanges a message a minute.
void game(Scene& scene) {
    namespace websocket = traffic::websocket;
    const Device& phone = scene.cast.phone_115;
    constexpr std::string_view kApp = "com.example.game";
    const auto server = endpoint("203.0.113.90", 9001);
    scene.identity.foreground(phone, kApp, at(7h + 5min));
    scene.identity.background(phone, kApp, at(7h + 9min));
    scene.look_up(phone, "live.game.example", server.address, at(7h + 5min + 2s));

    auto connection = scene.tcp(phone, kApp, server, at(7h + 5min + 3s));
    connection.open()
        .client(websocket::upgrade_request("live.game.example:9001", "/socket", 1400))
        .server(websocket::upgrade_response(1400));
    for (std::uint64_t minute = 0; minute < 25; ++minute) {
        const std::string state = "{\"tick\":" + std::to_string(minute) + "}";
        connection.client(websocket::client_frame(bytes::view_of(state), 1401 + minute))
            .server(websocket::server_frame(
                bytes::view_of(digest::hexadecimal(traffic::random_bytes(1450 + minute, 300)))))
            .wait(1min);
    }
    connection.close();
}

/// Notes on the iPad talks TLS from the first byte on the mail submission port.
void notes(Scene& scene) {
    const Device& tablet = scene.cast.tablet_7;
    constexpr std::string_view kApp = "com.example.notes";
    const auto server = endpoint("203.0.113.25", 587);
    scene.identity.foreground(tablet, kApp, at(7h + 10min));
    scene.identity.background(tablet, kApp, at(7h + 12min));
    scene.identity.job_start(tablet, kApp, "bgappRefresh", at(7h + 14min + 5s));

    for (std::uint64_t i = 0; i < 3; ++i) {
        auto connection = scene.tcp(tablet, kApp, server, at(7h + 14min + 6s) + i * 410s);
        talk_tls(connection.open(), {.hello = {.server_name = "sync.notes.example",
                                               .alpn = {"http/1.1"},
                                               .style = traffic::tls::Style::kBrowser,
                                               .seed = 1500 + i},
                                     .request_size = 5200,
                                     .answer_size = 300});
    }
}

/// A sync tool of a developer's opens an SSH session where only TLS belongs.
void sync(Scene& scene) {
    namespace ssh = traffic::ssh;
    const Device& phone = scene.cast.phone_116;
    constexpr std::string_view kApp = "com.example.sync";
    scene.identity.background(phone, kApp, at(7h + 11min));
    scene.identity.job_start(phone, kApp, "fgs", at(7h + 18min + 39s));

    auto connection = scene.tcp(phone, kApp, endpoint("198.51.100.99", 443), at(7h + 18min + 40s));
    connection.open()
        .client(ssh::identification("JSCH_0.2.17"))
        .server(ssh::identification("OpenSSH_9.6"))
        .client(ssh::key_exchange_init(1600))
        .server(ssh::key_exchange_init(1602))
        .client(ssh::ecdh_init(1604))
        .server(ssh::encrypted(620, 1606));
    for (std::uint64_t i = 0; i < 12; ++i) {
        connection.client(ssh::encrypted(1100, 1610 + i)).server(ssh::encrypted(76, 1640 + i));
        connection.wait(5s);
    }
    connection.close();
}

}  // namespace demo
