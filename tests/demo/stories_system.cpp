// What phones do of themselves, locked or not.
#include "tests/demo/stories.h"
#include "tests/support/traffic/messages/dns.h"
#include "tests/support/traffic/messages/http.h"
#include "tests/support/traffic/messages/ntp.h"

namespace demo {
namespace {

/// A push channel: one TLS connection that lasts, with a little traffic now and then.
void push_channel(Scene& scene, const Device& device, std::string_view app,
                  const sensor::Endpoint& server, const TlsTalk& talk, sensor::Duration time) {
    auto connection = scene.tcp(device, app, server, at(time));
    talk_tls(connection.open(), talk);
}

}  // namespace

void android_push(Scene& scene) {
    constexpr std::string_view kServices = "com.google.android.gms";
    std::uint64_t seed = 7000;
    for (const Device* phone : {&scene.cast.phone_114, &scene.cast.phone_201}) {
        push_channel(scene, *phone, kServices, endpoint("203.0.113.188", 5228),
                     {.hello = {.server_name = "mtalk.google.com", .seed = seed},
                      .rounds = 4,
                      .request_size = 30,
                      .answer_size = 310,
                      .pause = 11min + 40s,
                      .closes = false},
                     7h + 30s);
        seed += 300;
    }
}

void apple_push(Scene& scene) {
    push_channel(scene, scene.cast.tablet_7, "apsd", endpoint("203.0.113.189", 5223),
                 {.hello = {.server_name = "1-courier.push.apple.com",
                            .alpn = {"apns-security-v3"},
                            .style = traffic::tls::Style::kBrowser,
                            .seed = 7600},
                  .rounds = 5,
                  .request_size = 60,
                  .answer_size = 420,
                  .pause = 8min,
                  .closes = false},
                 7h + 20s);
}

/// The clock, the resolver in its three forms, and DNS over TLS.
void time_and_names(Scene& scene) {
    namespace dns = traffic::dns;
    for (const Device* phone : {&scene.cast.phone_114, &scene.cast.phone_116}) {
        auto exchange = scene.udp(*phone, {}, endpoint("203.0.113.123", 123), at(7h + 16min));
        const auto asked = exchange.now();
        exchange.client(traffic::ntp::client_request(asked));
        exchange.server(traffic::ntp::server_response(asked, exchange.now() + 12ms));
    }
    std::uint16_t id = 0x6a00;
    for (auto time = 7h + 1min + 15s; time < 7h + 40min; time += 5min + 10s) {
        const dns::Question six{.id = ++id, .name = "www.example.com", .type = dns::Type::kAaaa};
        const dns::Question https{.id = ++id, .name = "www.example.com", .type = dns::Type::kHttps};
        scene.udp(scene.cast.tablet_7, {}, endpoint("203.0.113.1", 53), at(time))
            .client(dns::query(six))
            .server(dns::address_response(six, {address("2001:db8::80")}))
            .client(dns::query(https))
            .server(dns::https_response(https));
    }
    for (std::uint64_t i = 0; i < 4; ++i) {
        auto connection = scene.tcp(scene.cast.phone_116, {}, endpoint("203.0.113.2", 853),
                                    at(7h + 5min + 33s) + i * 7min);
        talk_tls(connection.open(), {.hello = {.server_name = "dns.example.org", .seed = 7700 + i},
                                     .rounds = 6,
                                     .request_size = 128,
                                     .answer_size = 468});
    }
}

/// Multicast DNS: the iPad looks for a printer, a phone for a screen.
void local_discovery(Scene& scene) {
    namespace dns = traffic::dns;
    const auto group = endpoint("224.0.0.251", 5353);
    for (auto time = 7h + 4min; time < 7h + 40min; time += 9min) {
        scene.multicast(scene.cast.tablet_7, group, at(time))
            .client(dns::multicast_query("_ipp._tcp.local"));
        scene.multicast(scene.cast.phone_201, group, at(time + 80s))
            .client(dns::multicast_query("_googlecast._tcp.local"))
            .wait(600ms)
            .client(dns::multicast_response("_presence._tcp.local", "phone-201"));
    }
}

/// Is there a portal between here and the Internet? 204 says no.
void captive_portal(Scene& scene) {
    for (const auto time : {7h + 12s, 7h + 22min + 3s}) {
        auto connection = scene.tcp(scene.cast.phone_201, "com.android.captiveportallogin",
                                    endpoint("203.0.113.204", 80), at(time));
        connection.open()
            .client(traffic::http::request(
                "GET", "connectivitycheck.example.com", "/generate_204",
                {{"User-Agent", "Mozilla/5.0 (X11; Linux x86_64)"}, {"Connection", "close"}}))
            .server(traffic::http::response("204 No Content", {{"Connection", "close"}}))
            .close(traffic::Side::kServer);
    }
}

}  // namespace demo
