// The server behind TLS: silent clients, and who may speak to its plain side.
#include <fstream>
#include <list>
#include <optional>
#include <sstream>
#include <thread>

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include "lib/http/server.h"
#include "tests/support/temporary_directory.h"
#include "tests/unit/lib/http_client.h"

namespace http {
namespace {

using namespace std::chrono_literals;

// They vouch for nobody: made for this test.
constexpr std::string_view kCertificate = R"(-----BEGIN CERTIFICATE-----
MIIBdTCCARugAwIBAgIUdJTefPQWYbb+8gVWXXHOVNIeE7cwCgYIKoZIzj0EAwIw
DzENMAsGA1UEAwwEdGVzdDAgFw0yNjExMzAxNjAwNDJaGA8yMTI2MTEwNjE2MDA0
MlowDzENMAsGA1UEAwwEdGVzdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABIRt
OcLEdqYW+F0ejXomvi+LJeX4toOciifP016kW1i5auy8+fbJ9tLXIIeox/KS1zTR
r5oq0OnH5Zuoa6/ueSOjUzBRMB0GA1UdDgQWBBTfdlCR2IlKKkFtLlYdnalChxRv
0jAfBgNVHSMEGDAWgBTfdlCR2IlKKkFtLlYdnalChxRv0jAPBgNVHRMBAf8EBTAD
AQH/MAoGCCqGSM49BAMCA0gAMEUCIQDnc8vTdl/hbBlaGNBNmKRf0TWAhUsH2REy
0k3eq2g6WgIgEzJRfgXvVJNh1UzZW8CUxWwI8RVt/dZSABZumcLubGs=
-----END CERTIFICATE-----
)";
constexpr std::string_view kKey = R"(-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgL60OZnMHSUUXER+A
jT5fCpvScngNwD3cC5SRzfQcSvihRANCAASEbTnCxHamFvhdHo16Jr4viyXl+LaD
nIonz9NepFtYuWrsvPn2yfbS1yCHqMfyktc00a+aKtDpx+WbqGuv7nkj
-----END PRIVATE KEY-----
)";

/// A socket of this machine, as the kernel lists it.
struct Listed {
    std::uint16_t local = 0;
    std::uint16_t remote = 0;
    unsigned state = 0;
    std::string inode;
};
constexpr unsigned kEstablished = 1;
constexpr unsigned kListens = 10;

/// IPv4 sockets of TCP whose own address is 127.0.0.1.
std::vector<Listed> loopback_sockets() {
    std::vector<Listed> all;
    std::ifstream table{"/proc/self/net/tcp"};
    std::string line;
    std::getline(table, line);  // names of the columns
    while (std::getline(table, line)) {
        std::istringstream words{line};
        std::string number, local, remote, state, skip, inode;
        words >> number >> local >> remote >> state;
        for (int i = 0; i < 5; ++i)
            words >> skip;
        words >> inode;
        if (!local.starts_with("0100007F:")) continue;
        const auto port = [](const std::string& text) {
            return static_cast<std::uint16_t>(std::stoul(text.substr(9), nullptr, 16));
        };
        all.push_back({port(local), port(remote),
                       static_cast<unsigned>(std::stoul(state, nullptr, 16)), inode});
    }
    return all;
}

bool is_of_this_process(const Listed& socket) {
    const std::string wanted = "socket:[" + socket.inode + "]";
    std::error_code failed;
    for (const auto& entry : std::filesystem::directory_iterator{"/proc/self/fd"})
        if (std::filesystem::read_symlink(entry.path(), failed) == wanted) return true;
    return false;
}

/// Speaks TLS over a socket that blocks.
class TlsClient {
  public:
    explicit TlsClient(std::uint16_t port)
        : socket_{::socket(AF_INET, SOCK_STREAM, 0)},
          context_{SSL_CTX_new(TLS_client_method()), SSL_CTX_free},
          tls_{SSL_new(context_.get()), SSL_free} {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        EXPECT_EQ(::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
        SSL_set_fd(tls_.get(), socket_);
        EXPECT_EQ(SSL_connect(tls_.get()), 1);
    }
    TlsClient(const TlsClient&) = delete;
    TlsClient& operator=(const TlsClient&) = delete;
    ~TlsClient() { ::close(socket_); }

    void send(std::string_view text) {
        EXPECT_GT(SSL_write(tls_.get(), text.data(), static_cast<int>(text.size())), 0);
    }
    /// What comes until `end` has come or the server closes.
    std::string receive_through(std::string_view end) {
        std::string received;
        char buffer[4096];
        while (end.empty() || received.find(end) == std::string::npos) {
            const int count = SSL_read(tls_.get(), buffer, sizeof buffer);
            if (count <= 0) break;
            received.append(buffer, static_cast<std::size_t>(count));
        }
        return received;
    }

  private:
    int socket_;
    std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
    std::unique_ptr<SSL, decltype(&SSL_free)> tls_;
};

/// Echoes what is posted; shared by the tests of the suite: each stop takes two seconds.
class HttpTls : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        const Handler echo = [](const Request& request) {
            return Response{.body = "|" + std::string{request.body}};
        };
        const tls::ServerFiles files{
            .certificate = directory_->write("c.pem", bytes::view_of(kCertificate)),
            .key = directory_->write("k.pem", bytes::view_of(kKey))};
        auto server =
            Server::start("127.0.0.1:0", {{Method::kPost, "/echo", echo, 1 << 20}}, {.tls = files});
        ASSERT_TRUE(server.has_value()) << server.error().message;
        server_.emplace(*std::move(server));
    }
    static void TearDownTestSuite() {
        server_.reset();
        directory_.reset();
    }

    static std::uint16_t port() { return server_->port(); }
    static std::string post_of(std::string_view body, const std::string& headers = {}) {
        return "POST /echo HTTP/1.1\r\nHost: x\r\n" + headers +
               "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string{body};
    }
    static std::string answer_to_post(std::string_view body) {
        TlsClient client{port()};
        client.send(post_of(body, "Connection: close\r\n"));
        return client.receive_through({});
    }

    static inline std::optional<test::TemporaryDirectory> directory_{std::in_place};
    static inline std::optional<Server> server_;
};

TEST_F(HttpTls, AnswersOverTls) {
    EXPECT_TRUE(answer_to_post("abc").ends_with("\r\n\r\n|abc"));
    const std::string long_body(1 << 20, 'x');
    EXPECT_TRUE(answer_to_post(long_body).ends_with("\r\n\r\n|" + long_body));
}

TEST_F(HttpTls, AnswersTwiceOnOneConnection) {
    TlsClient client{port()};
    client.send(post_of("abc"));
    EXPECT_TRUE(client.receive_through("|abc").ends_with("\r\n\r\n|abc"));
    client.send(post_of("def"));
    EXPECT_TRUE(client.receive_through("|def").ends_with("\r\n\r\n|def"));
}

TEST_F(HttpTls, AnswersWhileOthersAreSilent) {
    std::list<Client> silent;     // before their handshake
    std::list<TlsClient> shaken;  // after it
    for (int i = 0; i < 64; ++i)
        silent.emplace_back(port());
    for (int i = 0; i < 32; ++i)
        shaken.emplace_back(port());
    for (int i = 0; i < 8; ++i)
        shaken.emplace_back(port()).send("POST /echo HTTP/1.1\r\nHost: ");

    const auto start = std::chrono::steady_clock::now();
    EXPECT_TRUE(answer_to_post("abc").ends_with("|abc"));
    EXPECT_LT(std::chrono::steady_clock::now() - start, 1s);
}

TEST_F(HttpTls, LetsTheOldestSilentClientOfAnAddressGo) {
    Client oldest{port()};
    std::list<Client> others;
    for (int i = 0; i < 16; ++i)
        others.emplace_back(port());
    const auto start = std::chrono::steady_clock::now();
    EXPECT_EQ(oldest.receive_all(), "");  // long before its time is over
    EXPECT_LT(std::chrono::steady_clock::now() - start, 5s);
}

TEST_F(HttpTls, KeepsItsPlainSideToItself) {
    std::uint16_t plain = 0;
    for (const Listed& socket : loopback_sockets())
        if (socket.state == kListens && socket.local != port() && is_of_this_process(socket))
            plain = socket.local;
    ASSERT_NE(plain, 0);
    const std::string request = post_of("abc", "Connection: close\r\n");
    EXPECT_TRUE(answer_to(plain, request).starts_with("HTTP/1.1 403 "));

    // From the very port that TLS comes from, but another address of loopback's.
    TlsClient client{port()};
    client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n");
    std::uint16_t trusted = 0;
    for (int i = 0; i < 500 && trusted == 0; ++i, std::this_thread::sleep_for(10ms))
        for (const Listed& socket : loopback_sockets())
            if (socket.state == kEstablished && socket.remote == plain) trusted = socket.local;
    ASSERT_NE(trusted, 0);
    EXPECT_TRUE(answer_to(plain, request, 0x7f000002, trusted).starts_with("HTTP/1.1 403 "));
    client.send("abc");
    EXPECT_TRUE(client.receive_through("|abc").ends_with("|abc"));
}

}  // namespace
}  // namespace http
