// Apps that do what they are approved for.
#include <array>

#include "tests/demo/stories.h"
#include "tests/support/traffic/messages/http.h"
#include "tests/support/traffic/messages/mail.h"
#include "tests/support/traffic/messages/quic.h"
#include "tests/support/traffic/messages/stun.h"
#include "tests/support/traffic/random.h"

namespace demo {
namespace {

constexpr std::string_view kBrowser = "com.android.chrome";

/// A page by TLS: the document, then pictures on the same connection.
void read_page(Scene& scene, const Device& phone, const std::string& site, std::string_view host,
               sensor::Duration time, std::uint64_t seed) {
    const auto server = endpoint(host, 443);
    scene.look_up(phone, site, server.address, at(time) - 40ms);
    auto connection = scene.tcp(phone, kBrowser, server, at(time));
    talk_tls(connection.open(), {.hello = {.server_name = site,
                                           .alpn = {"h2", "http/1.1"},
                                           .style = traffic::tls::Style::kBrowser,
                                           .seed = seed},
                                 .rounds = 4,
                                 .answer_size = 21000});
}

/// A video by QUIC.
void watch_video(Scene& scene, const Device& phone, sensor::Duration time, std::uint64_t seed) {
    namespace quic = traffic::quic;
    const quic::Connection ids = quic::connection(seed);
    auto exchange = scene.udp(phone, kBrowser, endpoint("203.0.113.130", 443), at(time));
    exchange
        .client(quic::client_initial(ids, {.server_name = "video.example.net",
                                           .alpn = {"h3"},
                                           .style = traffic::tls::Style::kBrowser,
                                           .seed = seed}))
        .server(quic::server_initial(ids))
        .client(quic::client_packet(ids, 90, seed + 1));
    for (std::uint64_t chunk = 0; chunk < 20; ++chunk) {
        exchange.client(quic::client_packet(ids, 60, seed + 200 + chunk));
        for (std::uint64_t i = 0; i < 8; ++i) {
            exchange.server(quic::server_packet(ids, 1200, seed + 300 + 10 * chunk + i));
        }
        exchange.wait(700ms);
    }
}

/// Mail is fetched by IMAP and sent by SMTP, both secured on the way.
void fetch(Scene& scene, const Device& phone, sensor::Duration time, std::uint64_t seed) {
    namespace imap = traffic::imap;
    auto connection = scene.tcp(phone, "com.example.mail", endpoint("203.0.113.44", 143), at(time));
    connection.open()
        .server(imap::greeting("imap.example.org"))
        .client(imap::kStartTls)
        .server(imap::kReady);
    talk_tls(connection, {.hello = {.server_name = "imap.example.org", .seed = seed},
                          .rounds = 3,
                          .answer_size = 14000});
}

void submit(Scene& scene, const Device& phone, sensor::Duration time, std::uint64_t seed) {
    namespace smtp = traffic::smtp;
    auto connection = scene.tcp(phone, "com.example.mail", endpoint("203.0.113.45", 587), at(time));
    connection.open()
        .server(smtp::greeting("smtp.example.org"))
        .client(smtp::ehlo("[10.20.1.14]"))
        .server(smtp::ehlo_response("smtp.example.org"))
        .client(smtp::kStartTls)
        .server(smtp::kReady);
    talk_tls(connection, {.hello = {.server_name = "smtp.example.org", .seed = seed},
                          .rounds = 3,
                          .request_size = 3800,
                          .answer_size = 60});
}

}  // namespace

void browser(Scene& scene) {
    const Device& office = scene.cast.phone_115;
    const Device& home = scene.cast.phone_201;
    scene.identity.foreground(office, kBrowser, at(7h + 1min));
    read_page(scene, office, "www.example.com", "203.0.113.80", 7h + 1min + 4s, 2000);
    read_page(scene, office, "news.example.net", "203.0.113.81", 7h + 2min + 31s, 2100);
    read_page(scene, office, "maps.example.net", "203.0.113.82", 7h + 17min + 12s, 2200);
    read_page(scene, office, "www.example.com", "203.0.113.80", 7h + 29min + 55s, 2300);
    scene.identity.foreground(home, kBrowser, at(7h + 7min));
    read_page(scene, home, "shop.example.com", "203.0.113.83", 7h + 7min + 9s, 2400);
    read_page(scene, home, "news.example.net", "203.0.113.81", 7h + 24min + 41s, 2500);
    watch_video(scene, home, 7h + 9min + 3s, 2600);
    watch_video(scene, office, 7h + 19min + 27s, 9000);
}

void mail(Scene& scene) {
    const Device& phone = scene.cast.phone_114;
    scene.identity.background(phone, "com.example.mail", at(6h + 46min));
    scene.look_up(phone, "imap.example.org", address("203.0.113.44"), at(7h + 3min));
    fetch(scene, phone, 7h + 3min + 1s, 3000);
    submit(scene, phone, 7h + 3min + 6s, 3100);
    fetch(scene, phone, 7h + 18min + 1s, 3200);
    fetch(scene, phone, 7h + 33min + 1s, 3300);
}

/// A WebSocket for messages in the clear inside the tunnel, TLS for pictures.
void chat(Scene& scene) {
    namespace websocket = traffic::websocket;
    const Device& phone = scene.cast.phone_115;
    constexpr std::string_view kApp = "com.example.chat";
    scene.identity.foreground(phone, kApp, at(7h + 30s));
    auto messages = scene.tcp(phone, kApp, endpoint("203.0.113.60", 443), at(7h + 32s));
    messages.open()
        .client(websocket::upgrade_request("chat.example.org", "/messages", 4000))
        .server(websocket::upgrade_response(4000));
    for (std::uint64_t i = 0; i < 30; ++i) {
        const std::string line = "{\"type\":\"typing\",\"n\":" + std::to_string(i) + "}";
        messages.client(websocket::client_frame(bytes::view_of(line), 4001 + i))
            .server(websocket::server_frame(bytes::view_of(line)))
            .wait(75s);
    }
    messages.close(traffic::Side::kServer);

    auto pictures = scene.tcp(phone, kApp, endpoint("203.0.113.61", 443), at(7h + 6min + 14s));
    talk_tls(pictures.open(), {.hello = {.server_name = "media.chat.example.org",
                                         .alpn = {"h2", "http/1.1"},
                                         .seed = 4100},
                               .rounds = 3,
                               .answer_size = 38000});
}

/// Alone in its VXLAN, so its tag names it and nobody logs its connections.
void crm(Scene& scene) {
    namespace http2 = traffic::http2;
    const Device& phone = scene.cast.phone_115_crm;
    const auto server = endpoint("203.0.113.70", 443);
    scene.identity.foreground(phone, "com.example.crm", at(7h + 12min));
    auto records = scene.tcp(phone, {}, server, at(7h + 12min + 1s));
    records.open()
        .client(http2::client_preface())
        .server(http2::server_settings())
        .client(http2::settings_acknowledgement());
    for (std::uint32_t i = 0; i < 10; ++i) {
        const std::uint32_t stream = 2 * i + 1;  // a client's streams are odd, RFC 9113 §5.1.1
        records.client(http2::get(stream, "crm.example.org", "/accounts/" + std::to_string(i)))
            .server(http2::answer(stream, traffic::random_bytes(5000 + i, 5200)))
            .wait(9s);
    }
    records.close();

    for (std::uint64_t i = 0; i < 4; ++i) {
        auto connection = scene.tcp(phone, {}, server, at(7h + 13min) + i * 370s);
        talk_tls(
            connection.open(),
            {.hello = {.server_name = "crm.example.org", .alpn = {"h2"}, .seed = 5100 + 10 * i},
             .rounds = 2,
             .answer_size = 9000});
    }
}

/// A call: STUN on two ports, then media on the same sockets.
void meet(Scene& scene) {
    namespace stun = traffic::stun;
    const Device& phone = scene.cast.phone_201;
    constexpr std::string_view kApp = "com.example.meet";
    scene.identity.foreground(phone, kApp, at(7h + 15min));
    std::uint64_t seed = 6000;
    for (const std::uint16_t port : {std::uint16_t{3479}, std::uint16_t{19305}}) {
        auto call = scene.udp(phone, kApp, endpoint("203.0.113.110", port), at(7h + 15min + 20s));
        call.client(stun::binding_request(seed))
            .server(stun::binding_response(seed, endpoint("192.0.2.77", 40112)));
        for (std::uint64_t i = 0; i < 350; ++i) {
            call.client(traffic::random_bytes(seed + 10 + i, 130))
                .server(traffic::random_bytes(seed + 500 + i, 170))
                .wait(40ms);
        }
        seed += 1000;
    }
}

/// A protocol that nobody but its makers can read, on the port its app may use it on.
void messenger(Scene& scene) {
    const Device& phone = scene.cast.phone_201;
    constexpr std::string_view kApp = "com.whatsapp";
    scene.identity.background(phone, kApp, at(7h));
    auto connection = scene.tcp(phone, kApp, endpoint("203.0.113.150", 5222), at(7h + 40s));
    connection.open();
    for (std::uint64_t i = 0; i < 40; ++i) {
        connection.client(traffic::random_bytes(8200 + i, 96 + 7 * (i % 9)))
            .server(traffic::random_bytes(8300 + i, 140 + 31 * (i % 5)))
            .wait(55s);
    }
}

/// Development tools may use HTTP on 8888: exception EX-DEV-1.
void development_proxy(Scene& scene) {
    const Device& phone = scene.cast.phone_116;
    constexpr std::string_view kApp = "com.example.devproxy";
    scene.identity.foreground(phone, kApp, at(7h + 6min));
    for (std::uint64_t i = 0; i < 5; ++i) {
        auto connection =
            scene.tcp(phone, kApp, endpoint("10.40.9.5", 8888), at(7h + 6min + 30s) + i * 47s);
        connection.open()
            .client(traffic::http::request("GET", "build.dev.example:8888",
                                           "/artifacts/" + std::to_string(i),
                                           {{"User-Agent", "devproxy/1.9"}}))
            .server(traffic::http::response("200 OK", {{"Content-Type", "text/plain"}},
                                            std::string(6000, 'x')))
            .close();
    }
}

}  // namespace demo
