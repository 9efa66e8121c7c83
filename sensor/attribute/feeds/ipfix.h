// IPFIX (RFC 7011) as a source of identity events: its messages, and the records in them. What the
// records mean is nvzflow.h's. Cold path; each reader belongs to one thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "lib/metrics/counter_block.h"
#include "sensor/attribute/feeds/ipfix_templates.h"
#include "sensor/attribute/feeds/nvzflow.h"
#include "sensor/model/event.h"

namespace sensor::attribute::feeds {

enum class IpfixCounter : std::uint8_t {
    kMessages,
    kMalformed,         ///< messages that are none, and are not read any further
    kRecords,           ///< data records read
    kUnknownTemplate,   ///< data sets whose template is not known (yet, or any more)
    kTemplates,         ///< templates told
    kRefusedTemplates,  ///< templates for which there was no room
    kMissed,            ///< records that were sent and never came, by the sequence numbers
    kCount,
};
/// "unknown-template"
[[nodiscard]] std::string_view name_of(IpfixCounter counter) noexcept;

class IpfixReader {
  public:
    using Limits = ipfix::Templates::Limits;
    explicit IpfixReader(const Limits& limits) : templates_{limits} {}

    /// The events in one message.
    [[nodiscard]] std::vector<IdentityEvent> read(bytes::View message,
                                                  const ipfix::Exporter& exporter,
                                                  Timestamp arrival);
    /// The events of all that was read until now are taken.
    void keep() { devices_.keep(); }
    /// Those of what was read since then went nowhere: what is told again will be told on.
    void undo() { devices_.undo(); }
    /// The connection is over.
    void forget(const ipfix::Exporter& exporter) { templates_.forget(exporter); }

    /// Any thread.
    [[nodiscard]] const metrics::CounterBlock<IpfixCounter>& counters() const noexcept {
        return counters_;
    }

  private:
    struct Message;
    void read_templates(const Message& message, bytes::View set, bool of_options);
    /// How many records it holds; nothing if that is not to be known.
    [[nodiscard]] std::optional<std::uint32_t> read_data(const Message& message,
                                                         std::uint16_t number, bytes::View set,
                                                         std::vector<IdentityEvent>& events);

    ipfix::Templates templates_;
    nvzflow::Devices devices_;
    metrics::CounterBlock<IpfixCounter> counters_;
};

/// Cuts the bytes of a TCP connection into messages.
class IpfixStream {
  public:
    void add(bytes::View bytes) {
        pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(taken_));
        taken_ = 0;
        pending_.insert(pending_.end(), bytes.begin(), bytes.end());
    }
    /// The next whole message, borrowed until the next add(); nothing if it is not there
    /// yet.
    [[nodiscard]] std::optional<bytes::View> next();
    /// What came is no IPFIX: nothing after it can be read.
    [[nodiscard]] bool is_broken() const noexcept { return is_broken_; }

  private:
    std::vector<std::uint8_t> pending_;
    std::size_t taken_ = 0;  // bytes of pending_ that were given out
    bool is_broken_ = false;
};

}  // namespace sensor::attribute::feeds
