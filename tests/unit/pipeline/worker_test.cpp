// One worker over frames from memory: what it tells must not depend on how they fall into bursts.
#include "sensor/pipeline/worker.h"

#include <memory>
#include <numeric>

#include "sensor/judge/policy.h"
#include "tests/support/eal_environment.h"
#include "tests/support/traffic/conversation.h"
#include "tests/support/traffic/messages/tls.h"

namespace sensor::pipeline {
namespace {

using namespace std::chrono_literals;
constexpr Timestamp kStart = timestamp_of(1'790'000'000'000'000'000);

/// Frames of a trace in bursts of a given size.
class MemorySource {
  public:
    struct Lease {};
    MemorySource(const std::vector<traffic::Packet>& packets, std::size_t burst_size) noexcept
        : packets_{&packets}, burst_size_{burst_size} {}

    Lease receive(Burst& burst) noexcept {
        burst.size = 0;
        while (burst.size < burst_size_ && next_ < packets_->size()) {
            const traffic::Packet& packet = (*packets_)[next_++];
            burst.views[burst.size++] = {
                .frame = packet.frame,
                .captured = static_cast<std::uint32_t>(packet.frame.size()),
                .seen = packet.time,
                .number = next_};
            now_ = packet.time;
            if (next_ < packets_->size() && (*packets_)[next_].time - burst.views[0].seen >= 1s)
                break;
        }
        return {};
    }
    [[nodiscard]] bool exhausted() const noexcept { return next_ == packets_->size(); }
    [[nodiscard]] std::uint32_t epoch() const noexcept { return 0; }
    [[nodiscard]] Timestamp now() const noexcept { return now_; }
    [[nodiscard]] Timestamp epoch_end() const noexcept { return {}; }

  private:
    const std::vector<traffic::Packet>* packets_;
    std::size_t burst_size_;
    std::size_t next_ = 0;
    Timestamp now_{};
};

/// What can be compared of a record.
struct Told {
    RecordKind kind;
    std::uint64_t packet;
    std::uint32_t packets_to_server;
    std::uint32_t packets_to_client;
    ProtocolId protocol;
    friend bool operator==(const Told&, const Told&) = default;
};

/// Compiled once: it takes seconds.
const identify::Signatures& signatures() {
    static const auto compiled = identify::Signatures::compile({});
    return *compiled;
}

std::uint64_t sum(const auto& counts) {
    return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

class WorkerTest : public test::EalTest {
  protected:
    void SetUp() override {
        EalTest::SetUp();
        static int number = 0;
        auto leases =
            attribute::LeaseTable::create("w" + std::to_string(number++), 16, quiescence_);
        ASSERT_TRUE(leases) << leases.error().message;
        leases_.emplace(std::move(*leases));
    }
    /// A TLS session on a port nobody approves, with data for as long as `seconds`.
    static std::vector<traffic::Packet> tls_session(int seconds) {
        traffic::Trace trace;
        traffic::TcpConversation conversation{
            trace,
            {.client = {ipv4_address(0x0a010203), PortNumber{40000}},
             .server = {ipv4_address(0xc6336401), PortNumber{8088}}},
            kStart};
        conversation.open()
            .client(traffic::tls::client_hello({.server_name = "a.example"}))
            .server(traffic::tls::server_flight(1));
        for (int second = 0; second < seconds; ++second) {
            conversation.wait(1s).client(traffic::tls::application_data(100, 1));
        }
        conversation.close();
        return trace.sorted();
    }
    std::vector<Told> run(const std::vector<traffic::Packet>& packets, std::size_t burst_size,
                          bool every_session = true) {
        Outbox outbox{1U << 20U, WhenFull::kWait};
        Stages stages{
            {.persistence = 10s, .tell_every_session = every_session},
            {.signatures = signatures_, .tags = tags_, .leases = *leases_, .approval = shown_},
            quiescence_.enter(0),
            outbox};
        Worker<MemorySource> worker{MemorySource{packets, burst_size}, stages};
        worker.run();
        std::vector<Told> told;
        dpdk::MessageReader reader{outbox.ring(), Outbox::kLongestRecord};
        facts_ = 0;
        while (const dpdk::MessageHeader* message = reader.next()) {
            if (message->kind == static_cast<std::uint32_t>(RecordType::kFacts)) {
                ++facts_;
                continue;
            }
            SessionRecord record;
            std::memcpy(static_cast<void*>(&record), message, sizeof record);
            told.push_back({record.kind, record.order.packet, record.session.packets[0],
                            record.session.packets[1], record.session.protocol});
        }
        EXPECT_TRUE(outbox.reached().finished);
        EXPECT_EQ(stages.decoded().by_status[DecodeStatus::kOk], packets.size());
        const Stages& read_only = stages;
        EXPECT_EQ(read_only.bursts().packets().sum(), packets.size());
        EXPECT_GT(read_only.bursts().nanoseconds().sum(), 0U);
        EXPECT_EQ(sum(read_only.bursts().packets().counts()),
                  sum(read_only.bursts().nanoseconds().counts()));
        return told;
    }

    judge::Policy policy_;
    const identify::Signatures& signatures_ = signatures();
    attribute::TagMap tags_{{}};
    judge::PlainApproval approval_{policy_, signatures_.names(), {}};
    std::atomic<const judge::PlainApproval*> shown_{&approval_};
    dpdk::Quiescence quiescence_{1};
    std::optional<attribute::LeaseTable> leases_;
    std::size_t facts_ = 0;
};

TEST_F(WorkerTest, TellsOfIdentificationPersistenceAndEndWithTheCountsOfThatMoment) {
    const auto told = run(tls_session(20), 64);

    ASSERT_EQ(told.size(), 3U);
    EXPECT_EQ(told[0].kind, RecordKind::kUnapproved);
    EXPECT_EQ(told[1].kind, RecordKind::kPersisting);
    EXPECT_EQ(told[2].kind, RecordKind::kEnd);
    EXPECT_EQ(signatures_.name_of(told[0].protocol), "tls");
    EXPECT_LT(told[0].packets_to_server, told[1].packets_to_server);
    EXPECT_LT(told[1].packets_to_server, told[2].packets_to_server);
    EXPECT_EQ(facts_, 2U) << "of the client and of the server";
}

TEST_F(WorkerTest, TellsTheSameHoweverPacketsFallIntoBursts) {
    const auto packets = tls_session(20);
    const auto whole = run(packets, 64);

    for (std::size_t size = 1; size <= 12; ++size) {
        EXPECT_EQ(run(packets, size), whole) << "bursts of " << size;
    }
}

TEST_F(WorkerTest, SendsNothingThatNobodyAskedFor) {
    traffic::Trace trace;
    traffic::TcpConversation{trace,
                             {.client = {ipv4_address(0x0a010203), PortNumber{40000}},
                              .server = {ipv4_address(0xc6336401), PortNumber{9999}}},
                             kStart}
        .open()
        .client(traffic::Bytes(200, 0x99))
        .server(traffic::Bytes(200, 0x98))
        .close();

    EXPECT_EQ(run(trace.sorted(), 64, true).size(), 1U);
    EXPECT_EQ(run(trace.sorted(), 64, false).size(), 0U) << "unknown, on a port nobody reserved";
    EXPECT_EQ(facts_, 0U);
}

}  // namespace
}  // namespace sensor::pipeline
