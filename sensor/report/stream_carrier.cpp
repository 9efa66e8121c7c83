#include <algorithm>
#include <functional>
#include <thread>
#include <utility>

#include "lib/net/stream.h"
#include "sensor/report/carrier.h"

namespace sensor::report {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;
using Connection = result::Result<std::unique_ptr<net::Stream>>;

constexpr auto kConnecting = std::chrono::seconds{3};

/// `lines` as the stream is to have them.
std::string framed(std::string_view lines, Framing framing) {
    if (framing == Framing::kLines) return std::string{lines};
    std::string text;
    while (!lines.empty()) {
        const std::string_view record = lines.substr(0, lines.find('\n'));
        lines.remove_prefix(record.size() + 1);
        text += std::to_string(record.size());
        text += ' ';
        text += record;
    }
    return text;
}

class StreamCarrier final : public Carrier {
  public:
    StreamCarrier(std::function<Connection(milliseconds)> connect, Framing framing)
        : connect_{std::move(connect)}, framing_{framing} {}

    Outcome deliver(std::string_view lines, milliseconds patience) override {
        if (stream_ == nullptr) {
            auto stream = connect_(kConnecting);
            if (!stream) return {.error = stream.error().message};
            stream_ = std::move(*stream);
        }
        if (text_.empty()) text_ = framed(lines, framing_);
        const auto arrived = send_rest(Clock::now() + patience);
        if (!arrived) {
            stream_.reset();
            forget();
            return {.error = arrived.error().message};
        }
        if (!*arrived) return {};
        forget();
        return {.done = static_cast<std::size_t>(std::ranges::count(lines, '\n'))};
    }

  private:
    /// True once all of text_ has arrived; false if it has not by `end`.
    [[nodiscard]] result::Result<bool> send_rest(Clock::time_point end) {
        constexpr auto kNap = milliseconds{1};
        for (;;) {
            const auto left = std::chrono::ceil<milliseconds>(end - Clock::now());
            if (sent_ < text_.size()) {
                const auto sent = stream_->send(std::string_view{text_}.substr(sent_),
                                                std::max(left, milliseconds{0}));
                if (!sent) return sent.error();
                sent_ += *sent;
            } else {
                const auto arrived = stream_->has_arrived();
                if (!arrived || *arrived) return arrived;
                std::this_thread::sleep_for(kNap);
            }
            if (left.count() <= 0) return false;
        }
    }
    void forget() {
        text_.clear();
        sent_ = 0;
    }

    std::function<Connection(milliseconds)> connect_;
    Framing framing_;
    std::unique_ptr<net::Stream> stream_;
    std::string text_;  // what is being sent
    std::size_t sent_ = 0;
};

}  // namespace

std::unique_ptr<Carrier> unix_stream_carrier(std::string path) {
    return std::make_unique<StreamCarrier>(
        [path = std::move(path)](milliseconds patience) {
            return net::connect_stream(path, patience);
        },
        Framing::kLines);
}

std::unique_ptr<Carrier> tcp_carrier(net::Endpoint endpoint, Framing framing) {
    return std::make_unique<StreamCarrier>(
        [endpoint = std::move(endpoint)](milliseconds patience) {
            return net::connect_stream(endpoint, patience);
        },
        framing);
}

std::unique_ptr<Carrier> tls_carrier(net::Endpoint endpoint, tls::ClientFiles files) {
    return std::make_unique<StreamCarrier>(
        [endpoint = std::move(endpoint), files = std::move(files)](milliseconds patience) {
            return tls::connect(endpoint, files, patience);
        },
        Framing::kOctets);
}

}  // namespace sensor::report
