#include "sensor/control/feeds/syslog_listener.h"

#include <chrono>
#include <thread>

#include <gtest/gtest.h>

#include "sensor/control/feeds/identity_journal.h"
#include "tests/support/full_disk.h"
#include "tests/support/temporary_directory.h"
#include "tests/unit/control/feed_clients.h"

namespace sensor::control {
namespace {

using namespace std::chrono_literals;
using namespace test;
using descriptor::Descriptor;

SyslogConfig config_of(const char* senders = "127.0.0.0/8") {
    SyslogConfig config;
    config.udp = {*net::parse_endpoint("127.0.0.1:0")};
    config.tcp = {*net::parse_endpoint("127.0.0.1:0")};
    config.senders = {*parse_prefix(senders)};
    config.feed = attribute::feeds::find_document_feed("ndjson");
    config.app_names["none"] = nullptr;
    return config;
}
std::string message(int number, std::string_view app = "-") {
    return "<134>1 - gateway " + std::string{app} +
           R"( - - - {"v":1,"ts":"2026-09-21T06:58:00Z","device_id":"serial:R)" +
           std::to_string(number) + R"(","kind":"lock_state","state":"locked"})";
}
void say(const Descriptor& socket, const std::string& text) {
    test::say(socket, bytes::view_of(text));
}
double count(const SyslogListener& listener, std::string_view event) {
    metrics::Family family;
    listener.add_metrics(family);
    for (const auto& sample : family.samples)
        if (sample.labels.at(0).value == event) return sample.value;
    ADD_FAILURE() << event;
    return 0;
}

class SyslogListenerTest : public testing::Test {
  protected:
    void start(Intake& intake, const SyslogConfig& config = config_of()) {
        auto started = SyslogListener::start(config, intake);
        ASSERT_TRUE(started) << started.error().message;
        listener = std::move(*started);
    }
    void expect_in_order(Intake& intake, std::size_t count) {
        const auto events = taken(intake, count);
        ASSERT_EQ(events.size(), count);
        for (std::size_t i = 0; i < count; ++i)
            EXPECT_EQ(events[i].device, "serial:R" + std::to_string(i));
    }

    std::unique_ptr<SyslogListener> listener;
};

TEST_F(SyslogListenerTest, HearsDatagramsAndStreams) {
    Intake intake{100};
    start(intake);
    const Descriptor udp = connected(SOCK_DGRAM, listener->udp_port());
    say(udp, message(0));
    say(udp, message(1));
    expect_in_order(intake, 2);
    const Descriptor tcp = connected(SOCK_STREAM, listener->tcp_port());
    const std::string counted = message(1);
    const std::string stream = message(0) + "\n" + std::to_string(counted.size()) + " " + counted;
    say(tcp, stream.substr(0, 10));
    say(tcp, stream.substr(10));
    expect_in_order(intake, 2);
    EXPECT_EQ(count(*listener, "message"), 4);
    EXPECT_EQ(intake.counts().at("ndjson").accepted, 4U);
}

TEST_F(SyslogListenerTest, CountsWhatIsNoEvent) {
    Intake intake{100};
    start(intake);
    const Descriptor udp = connected(SOCK_DGRAM, listener->udp_port());
    say(udp, "<34>Oct 11 22:14:15 host su: x");
    say(udp, message(0, "none"));
    say(udp, "<134>1 - gateway - - - - {}");
    const Descriptor tcp = connected(SOCK_STREAM, listener->tcp_port());
    say(tcp, "GET / HTTP/1.1\r\n");
    {
        const Descriptor cut = connected(SOCK_STREAM, listener->tcp_port());
        say(cut, "<134>1 - a message without an e");
    }
    EXPECT_TRUE(wait_until([&] { return count(*listener, "broken-stream") == 2; }));
    EXPECT_TRUE(wait_until([&] { return intake.counts()["ndjson"].rejected == 1; }));
    EXPECT_EQ(count(*listener, "malformed"), 1);
    EXPECT_EQ(count(*listener, "of-no-feed"), 1);
    EXPECT_EQ(intake.counts().at("syslog").rejected, 4U);
}

TEST_F(SyslogListenerTest, HearsItsSendersOnly) {
    Intake intake{100};
    start(intake, config_of("192.0.2.0/24"));
    say(connected(SOCK_DGRAM, listener->udp_port()), message(0));
    const Descriptor tcp = connected(SOCK_STREAM, listener->tcp_port());
    EXPECT_TRUE(wait_until([&] { return count(*listener, "unknown-sender") == 2; }));
    EXPECT_EQ(intake.waiting(), 0U);
}

TEST_F(SyslogListenerTest, ByTcpNothingIsLostForWantOfRoom) {
    constexpr int kMessages = 20;
    Intake intake{10};
    ASSERT_TRUE(intake.accept("other", std::vector<IdentityEvent>(10)));
    start(intake);
    const Descriptor client = connected(SOCK_STREAM, listener->tcp_port());
    for (int i = 0; i < kMessages; ++i)
        say(client, message(i) + "\n");
    ASSERT_TRUE(wait_until([&] { return intake.counts()["ndjson"].refused >= 1; }));
    std::this_thread::sleep_for(200ms);  // it is offered again and again
    EXPECT_LE(intake.counts()["ndjson"].refused, std::uint64_t{kMessages});

    EXPECT_EQ(intake.take().size(), 10U);
    expect_in_order(intake, kMessages);
    EXPECT_EQ(intake.counts().at("ndjson").accepted, std::uint64_t{kMessages});
}

TEST_F(SyslogListenerTest, ByTcpNothingIsLostWhileTheDiskIsFull) {
    const TemporaryDirectory directory;
    const auto journal = IdentityJournal::open(directory.path("j"), {});
    ASSERT_TRUE(journal);
    Intake intake{1000, &(*journal)->journal()};
    start(intake);
    const Descriptor client = connected(SOCK_STREAM, listener->tcp_port());
    {
        const FullDisk full{0};
        say(client, message(0) + "\n");
        ASSERT_TRUE(wait_until([&] { return intake.counts()["ndjson"].unwritten == 1; }));
        for (int i = 1; i < 50; ++i)
            say(client, message(i) + "\n");
        std::this_thread::sleep_for(200ms);
        EXPECT_EQ(intake.counts()["ndjson"].unwritten, 1U) << "the others were not read";
        EXPECT_NE(intake.journal_objection(), "");
    }
    expect_in_order(intake, 50);
    EXPECT_EQ(intake.journal_objection(), "");
}

TEST_F(SyslogListenerTest, ByUdpWhatFindsNoRoomIsCounted) {
    Intake intake{1};
    ASSERT_TRUE(intake.accept("other", std::vector<IdentityEvent>(1)));
    start(intake);
    say(connected(SOCK_DGRAM, listener->udp_port()), message(0));
    EXPECT_TRUE(wait_until([&] { return intake.counts()["ndjson"].refused == 1; }));
}

TEST_F(SyslogListenerTest, SaysWhichFileOfTlsIsWrong) {
    SyslogConfig config = config_of();
    config.tls = {*net::parse_endpoint("127.0.0.1:0")};
    config.tls_files = {.certificate = "/nowhere/server.pem", .key = "/nowhere/server.key"};
    Intake intake{1};
    const auto started = SyslogListener::start(config, intake);
    ASSERT_FALSE(started);
    EXPECT_EQ(
        started.error().message,
        "`feeds.syslog.tls` in identity.yaml: /nowhere/server.pem: No such file or directory; "
        "it must be a certificate in PEM");
}

}  // namespace
}  // namespace sensor::control
