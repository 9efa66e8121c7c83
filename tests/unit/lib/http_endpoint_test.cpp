#include <thread>

#include <gtest/gtest.h>
#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/http/server.h"
#include "lib/net/endpoint.h"

namespace http {
namespace {

TEST(Endpoint, IsANumericAddressAndAPort) {
    for (const std::string text : {"127.0.0.1:9469", "0.0.0.0:0", "255.255.255.255:65535"}) {
        const auto endpoint = net::parse_endpoint(text);
        ASSERT_TRUE(endpoint.has_value()) << endpoint.error().message;
        EXPECT_EQ(endpoint->text, text);
        EXPECT_FALSE(endpoint->is_ipv6());
    }
    for (const std::string text : {"[::1]:9469", "[::]:0", "[2001:db8::1]:65535"}) {
        const auto endpoint = net::parse_endpoint(text);
        ASSERT_TRUE(endpoint.has_value()) << endpoint.error().message;
        EXPECT_EQ(endpoint->text, text);
        EXPECT_TRUE(endpoint->is_ipv6());
    }
}

TEST(Endpoint, IsNothingElse) {
    using namespace std::string_literals;
    for (const std::string& text : {""s,
                                    ":"s,
                                    "9469"s,
                                    ":9469"s,
                                    "127.0.0.1"s,
                                    "127.0.0.1:"s,
                                    "127.0.0.1:65536"s,
                                    "127.0.0.1:-1"s,
                                    "127.0.0.1:+1"s,
                                    "127.0.0.1: 1"s,
                                    "127.0.0.1:1 "s,
                                    "127.0.0.1:http"s,
                                    "127.0.0.1:0x50"s,
                                    "127.0.0.1:1,127.0.0.1:2"s,
                                    "127.0.0.1:443s"s,
                                    "127.0.0.1\0:1"s,
                                    "127.0.0.1:1\0"s,
                                    "127.0.0:1"s,
                                    "127.0.0.256:1"s,
                                    "127.0.0.01x:1"s,
                                    "localhost:9469"s,
                                    "*:9469"s,
                                    "::1:9469"s,
                                    "[::1]"s,
                                    "[::1]9469"s,
                                    "[::1:9469"s,
                                    "[]:9469"s,
                                    "[127.0.0.1]:9469"s,
                                    "[::1%lo]:9469"s}) {
        const auto endpoint = net::parse_endpoint(text);
        ASSERT_FALSE(endpoint.has_value()) << text;
        EXPECT_EQ(endpoint.error().message,
                  "\"" + text +
                      "\" is no address to listen on; write a numeric address and a port, as in "
                      "127.0.0.1:9469 or [::1]:9469");
    }
}

TEST(Endpoint, ServerRefusesWhatIsNone) {
    const auto server = Server::start("localhost:9469", {});

    ASSERT_FALSE(server.has_value());
    EXPECT_EQ(server.error().message, net::parse_endpoint("localhost:9469").error().message);
}

TEST(Endpoint, ServerSaysThatTheAddressIsNotThisMachines) {
    const auto server = Server::start("192.0.2.1:9469", {});  // RFC 5737: nobody's

    ASSERT_FALSE(server.has_value());
    EXPECT_EQ(server.error().message,
              "cannot listen on 192.0.2.1:9469: this machine has no such address; choose one that "
              "`ip address` lists");
}

/// Takes CAP_NET_BIND_SERVICE from the calling thread, if it has it.
void give_up_low_ports() {
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    __user_cap_data_struct data[2]{};
    ASSERT_EQ(::syscall(SYS_capget, &header, data), 0);
    data[0].effective &= ~(1U << CAP_NET_BIND_SERVICE);
    ASSERT_EQ(::syscall(SYS_capset, &header, data), 0);
}

TEST(Endpoint, ServerSaysThatLowPortsNeedPermission) {
    std::string message = "nothing was wrong";
    std::jthread{[&] {
        give_up_low_ports();
        const auto server = Server::start("127.0.0.1:1", {});
        if (!server.has_value()) message = server.error().message;
    }}.join();

    if (message == "nothing was wrong") GTEST_SKIP() << "any user may listen on port 1 here";
    EXPECT_EQ(message,
              "cannot listen on 127.0.0.1:1: no permission; choose a port from 1024 on, or grant "
              "CAP_NET_BIND_SERVICE");
}

}  // namespace
}  // namespace http
