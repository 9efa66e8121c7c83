#include "lib/net/stream.h"

#include <array>
#include <cstring>

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/un.h>

#include "lib/descriptor/descriptor.h"
#include "lib/net/connect.h"
#include "tests/support/temporary_directory.h"

namespace net {
namespace {

using std::chrono::milliseconds;
constexpr auto kPatience = milliseconds{2000};

class UnixStream : public testing::Test {
  protected:
    void SetUp() override {
        const auto address = unix_address(directory_.path("socket"));
        ASSERT_TRUE(address);
        ASSERT_EQ(::bind(listener_.number(), reinterpret_cast<const sockaddr*>(&*address),
                         sizeof *address),
                  0);
        ASSERT_EQ(::listen(listener_.number(), 1), 0);
        auto stream = connect_stream(directory_.path("socket"), kPatience);
        ASSERT_TRUE(stream) << stream.error().message;
        stream_ = std::move(*stream);
        reader_ = descriptor::Descriptor{::accept(listener_.number(), nullptr, nullptr)};
    }
    std::string read() const {
        std::array<char, 100> buffer;
        const ssize_t size = ::recv(reader_.number(), buffer.data(), buffer.size(), 0);
        return {buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))};
    }

    test::TemporaryDirectory directory_;
    descriptor::Descriptor listener_{::socket(AF_UNIX, SOCK_STREAM, 0)};
    descriptor::Descriptor reader_;
    std::unique_ptr<Stream> stream_;
};

TEST_F(UnixStream, WhatWasReadHasArrived) {
    const auto sent = stream_->send("hello", kPatience);
    ASSERT_TRUE(sent);
    EXPECT_EQ(*sent, 5U);
    EXPECT_FALSE(*stream_->has_arrived());
    EXPECT_EQ(read(), "hello");
    EXPECT_TRUE(*stream_->has_arrived());
}

TEST_F(UnixStream, AReaderThatGoesAwayIsTold) {
    ASSERT_TRUE(stream_->send("hello", kPatience));
    reader_ = descriptor::Descriptor{};
    EXPECT_FALSE(stream_->has_arrived());  // although nothing is under way any more
    EXPECT_FALSE(stream_->send("again", kPatience));
}

TEST_F(UnixStream, AReaderThatDoesNotReadIsWaitedForSoLong) {
    const std::string much(1 << 20U, 'x');
    std::size_t all = 0;
    for (;;) {
        const auto sent = stream_->send(much, milliseconds{10});
        ASSERT_TRUE(sent);
        if (*sent == 0) break;
        all += *sent;
    }
    EXPECT_GT(all, 0U);
    EXPECT_FALSE(*stream_->has_arrived());
}

TEST(Connect, NobodyThereIsTheSystemsWord) {
    const test::TemporaryDirectory directory;
    EXPECT_FALSE(connect_stream(directory.path("none"), kPatience));
    const auto endpoint = parse_endpoint("127.0.0.1:1");
    ASSERT_TRUE(endpoint);
    const auto refused = connect_stream(*endpoint, kPatience);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message, "Connection refused");
}

TEST(Connect, APathThatIsTooLongIsSaid) {
    EXPECT_TRUE(unix_address("/" + std::string(106, 'x')));
    const auto address = unix_address("/" + std::string(107, 'x'));
    ASSERT_FALSE(address);
    EXPECT_NE(address.error().message.find("at most 107 bytes"), std::string::npos);
}

}  // namespace
}  // namespace net
