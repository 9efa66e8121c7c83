// Sessions known because another one announced them: the table, and FTP's and TFTP's own words.
#include "sensor/identify/announced_sessions.h"

#include <gtest/gtest.h>

#include "sensor/identify/catalog.h"
#include "tests/unit/identify/dialogue.h"

namespace sensor::identify {
namespace {

constexpr auto kFtpData = static_cast<ProtocolId>(7);
constexpr Endpoint kClient{ipv4_address(0x0a000001), PortNumber{40000}};
constexpr Endpoint kServer{ipv4_address(0xc0000215), PortNumber{21}};

Session session_between(Endpoint client, Endpoint server, Transport transport = Transport::kTcp,
                        std::uint64_t scope = 0) {
    Session session;
    session.key = FlowKey::between(client, server, transport, scope);
    if (client <= server) session.set(kClientIsLow);
    return session;
}

class Announced : public testing::Test {
  protected:
    void server_announces(std::uint16_t port, std::int64_t now_ns = 0) {
        EXPECT_FALSE(table_.expect(session_between(kClient, kServer),
                                   {.side = Direction::kToClient, .port = PortNumber{port}},
                                   kFtpData, now_ns));
    }
    ProtocolId taken(std::uint16_t client_port, std::uint16_t server_port,
                     std::int64_t now_ns = 0) {
        return table_.take(session_between({kClient.address, PortNumber{client_port}},
                                           {kServer.address, PortNumber{server_port}}),
                           now_ns);
    }
    AnnouncedSessions table_;
};

TEST_F(Announced, AnyPortAtTheOtherEndWillDoOnce) {
    EXPECT_TRUE(table_.empty());
    server_announces(5000);
    EXPECT_FALSE(table_.empty());
    EXPECT_EQ(taken(1234, 5000), kFtpData);
    EXPECT_EQ(taken(1234, 5000), ProtocolId::kUnknown);
    EXPECT_TRUE(table_.empty());
}

TEST_F(Announced, TheClientsPortIsAnotherMatter) {
    server_announces(5000);
    EXPECT_EQ(taken(5000, 1234), ProtocolId::kUnknown);

    table_.expect(session_between(kClient, kServer),
                  {.side = Direction::kToServer, .port = PortNumber{6000}}, kFtpData, 0);
    // The server opens it, from its port 20.
    const Session active =
        session_between({kServer.address, PortNumber{20}}, {kClient.address, PortNumber{6000}});
    EXPECT_EQ(table_.take(active, 0), kFtpData);
}

TEST_F(Announced, EverythingElseMustBeTheSame) {
    server_announces(5000);
    const Endpoint here{kClient.address, PortNumber{1234}};
    const Endpoint there{kServer.address, PortNumber{5000}};
    const Endpoint stranger{ipv4_address(0x0a000002), PortNumber{1234}};
    EXPECT_EQ(table_.take(session_between(stranger, there), 0), ProtocolId::kUnknown);
    EXPECT_EQ(table_.take(session_between(here, there, Transport::kUdp), 0), ProtocolId::kUnknown);
    EXPECT_EQ(table_.take(session_between(here, there, Transport::kTcp, 7), 0),
              ProtocolId::kUnknown);
    EXPECT_EQ(table_.take(session_between(here, there), 0), kFtpData);
}

TEST_F(Announced, IsAwaitedForTwoMinutes) {
    server_announces(5000, 1'000);
    server_announces(5001, 1'000);
    EXPECT_EQ(taken(1, 5000, 1'000 + AnnouncedSessions::kPatienceNs), kFtpData);
    EXPECT_EQ(taken(1, 5001, 1'001 + AnnouncedSessions::kPatienceNs), ProtocolId::kUnknown);
}

TEST_F(Announced, TheSameTwiceIsOne) {
    server_announces(5000);
    server_announces(5000, 10);
    EXPECT_EQ(taken(1, 5000), kFtpData);
    EXPECT_TRUE(table_.empty());
}

TEST_F(Announced, AFullTableForgetsTheOldestAndSaysSo) {
    unsigned forgotten = 0;
    constexpr unsigned kMany = 5000;  // more than the table holds
    for (std::uint16_t port = 1; port <= kMany; ++port) {
        const bool loses =
            table_.expect(session_between(kClient, kServer),
                          {.side = Direction::kToClient, .port = PortNumber{port}}, kFtpData, port);
        if (loses) ++forgotten;
    }
    unsigned found = 0;
    for (std::uint16_t port = 1; port <= kMany; ++port) {
        if (taken(1, port, kMany) == kFtpData) ++found;
    }
    EXPECT_EQ(found + forgotten, kMany);
    EXPECT_GT(found, 900U);
    EXPECT_EQ(taken(1, kMany, kMany), ProtocolId::kUnknown) << "the newest was kept, and taken";
    EXPECT_TRUE(table_.empty());
}

std::optional<std::uint16_t> ftp_port(std::string_view line, Direction direction) {
    const auto found = ftp::read_announcement(bytes::view_of(line), direction, PortNumber{21});
    if (!found) return std::nullopt;
    EXPECT_EQ(found->side, direction);
    return static_cast<std::uint16_t>(found->port);
}
std::optional<std::uint16_t> client_names(std::string_view line) {
    return ftp_port(line, Direction::kToServer);
}
std::optional<std::uint16_t> server_names(std::string_view line) {
    return ftp_port(line, Direction::kToClient);
}

TEST(FtpAnnouncement, ReadsAllFourLines) {
    EXPECT_EQ(client_names("PORT 10,0,0,1,19,137\r\n"), 5001);
    EXPECT_EQ(client_names("port 10,0,0,1,0,20\r\n"), 20);
    EXPECT_EQ(client_names("EPRT |1|132.235.1.2|6275|\r\n"), 6275);
    EXPECT_EQ(client_names("EPRT |2|1080::8:800:200C:417A|5282|\r\n"), 5282);
    EXPECT_EQ(client_names("EPRT !2!1080::8!5282!\r\n"), 5282);
    EXPECT_EQ(server_names("227 Entering Passive Mode (192,0,2,21,200,10)\r\n"), 51210);
    EXPECT_EQ(server_names("227 Entering Passive Mode. 192,0,2,21,200,10\r\n"), 51210);
    EXPECT_EQ(server_names("227 =192,0,2,21,200,10\r\n"), 51210);
    EXPECT_EQ(server_names("229 Entering Extended Passive Mode (|||6446|)\r\n"), 6446);
}

TEST(FtpAnnouncement, NothingElseAnnounces) {
    for (const char* line :
         {"PORT 10,0,0,1,19\r\n.....", "PORT 10,0,0,1,256,1\r\n", "PORT 10,0,0,1,0,0\r\n",
          "PORT 10.0.0.1.19.137\r\n", "EPRT |1|132.235.1.2|66275|\r\n",
          "EPRT |1|132.235.1.2|6275\r\n", "EPRT |1|132.235.1.2\r\n", "PASS 10,0,0,1,19,137\r\n",
          "227 Entering Passive Mode (192,0,2,21,200,10)\r\n"}) {
        EXPECT_EQ(client_names(line), std::nullopt) << line;
    }
    for (const char* line :
         {"227 Entering Passive Mode\r\n", "227 Entering (192,0,2,21,200)\r\n",
          "227 Entering (192,0,2,21,300,1)\r\n", "228 Entering (192,0,2,21,200,10)\r\n",
          "229 Entering Extended Passive Mode\r\n", "229 Entering (|||0|)\r\n",
          "229 Entering (|||6446\r\n", "PORT 10,0,0,1,19,137\r\n", "227 x"}) {
        EXPECT_EQ(server_names(line), std::nullopt) << line;
    }
}

TEST(FtpAnnouncement, ACutLineAnnouncesNoOtherPort) {
    const std::string_view line = "227 Entering Passive Mode (192,0,2,21,200,10)\r\n";
    for (std::size_t size = 0; size < line.size(); ++size) {
        const auto port = server_names(line.substr(0, size));
        EXPECT_TRUE(!port || *port == 51210 || *port == 51201) << size;
    }
}

TEST(TftpAnnouncement, ARequestAnnouncesItsOwnPort) {
    using namespace std::string_view_literals;
    const auto announced = [](std::string_view payload, Direction direction) {
        return tftp::announce(bytes::view_of(payload), direction, PortNumber{3000});
    };
    const auto found = announced("\0\1boot.img\0octet\0"sv, Direction::kToServer);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->side, Direction::kToServer);
    EXPECT_EQ(found->port, PortNumber{3000});
    EXPECT_TRUE(announced("\0\2boot.img\0octet\0"sv, Direction::kToServer));
    EXPECT_FALSE(announced("\0\3\0\1data"sv, Direction::kToServer));
    EXPECT_FALSE(announced("\0\1boot.img\0octet\0"sv, Direction::kToClient));
    EXPECT_FALSE(announced("\0"sv, Direction::kToServer));
    EXPECT_FALSE(announced(""sv, Direction::kToServer));
}

}  // namespace
}  // namespace sensor::identify
