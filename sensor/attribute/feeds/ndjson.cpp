#include "sensor/attribute/feeds/ndjson.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <istream>
#include <optional>

#include "sensor/attribute/feeds/document_feeds.h"
#include "sensor/attribute/feeds/event_object.h"
#include "sensor/attribute/feeds/feed_output.h"
#include "sensor/attribute/feeds/sound_event.h"

namespace sensor::attribute::feeds {
namespace {

EventFact read_device(EventObject& event) {
    DeviceFact fact;
    fact.name = event.optional_text("name");
    fact.user = event.optional_text("user");
    const std::string platform = event.optional_text("platform");
    if (platform == "android") fact.platform = Platform::kAndroid;
    if (platform == "ios") fact.platform = Platform::kIos;
    fact.managed = event.tristate("managed");
    fact.supervised = event.tristate("supervised");
    fact.compliant = event.tristate("compliant");
    fact.also_known_as = event.optional_texts("also_known_as");
    return fact;
}

EventFact read_lease(EventObject& event) {
    LeaseFact fact;
    fact.address = event.address("address");
    fact.granted = event.word("state", "granted", "released");
    fact.app_group = event.optional_text("app_group");
    return fact;
}

EventFact read_lock(EventObject& event) {
    return LockFact{.locked = event.word("state", "locked", "unlocked")};
}

EventFact read_app_state(EventObject& event) {
    AppStateFact fact;
    fact.app = event.text("app");
    const bool is_foreground = event.word("state", "foreground", "background");
    fact.state = is_foreground ? AppState::kForeground : AppState::kBackground;
    return fact;
}

EventFact read_interaction(EventObject&) {
    return InteractionFact{};
}

EventFact read_job(EventObject& event) {
    JobFact fact;
    fact.app = event.text("app");
    fact.job = event.text("job");
    return fact;
}

EventFact read_process(EventObject& event) {
    ProcessFact fact;
    fact.app = event.text("app");
    fact.process = event.optional_text("process");
    return fact;
}

EventFact read_connect(EventObject& event) {
    ConnectFact fact;
    fact.app = event.text("app");
    fact.destination.address = event.address("destination");
    fact.destination.port = event.port("port");
    fact.transport = event.word("transport", "tcp", "udp") ? Transport::kTcp : Transport::kUdp;
    if (event.has("source")) {
        fact.client = Endpoint{event.address("source"), event.port("source_port")};
    }
    return fact;
}

EventFact read_inventory(EventObject& event) {
    AppFact fact;
    fact.app = event.text("app");
    fact.managed = event.tristate("managed");
    fact.approved = event.tristate("approved");
    fact.installed = event.tristate("installed");
    fact.version = event.optional_text("version");
    fact.signer = event.optional_text("signer");
    return fact;
}

struct Kind {
    std::string_view name;
    EventFact (*read)(EventObject&);
};
constexpr Kind kEventKinds[] = {
    {"device", read_device},
    {"lease", read_lease},
    {"lock_state", read_lock},
    {"app_state", read_app_state},
    {"user_interaction", read_interaction},
    {"job_start", read_job},
    {"connect", read_connect},
    {"app_inventory", read_inventory},
    {"process_start", read_process},
};

const Kind* find_kind(std::string_view name) noexcept {
    for (const Kind& kind : kEventKinds) {
        if (kind.name == name) return &kind;
    }
    return nullptr;
}

std::string known_kinds() {
    std::string all;
    for (const Kind& kind : kEventKinds)
        all += (all.empty() ? "" : ", ") + std::string{kind.name};
    return all;
}

struct Line {
    std::string text;        ///< without its end; at most kMaxLine bytes of it
    std::size_t length = 0;  ///< bytes read; kForeignLine if there may be more
};

/// False at the end of the stream.
bool next_line(std::istream& in, Line& line) {
    line.text.clear();
    line.length = 0;
    std::streambuf& source = *in.rdbuf();
    constexpr int kEnd = std::istream::traits_type::eof();
    int c = source.sbumpc();
    if (c == kEnd) return false;
    for (; c != kEnd && c != '\n'; c = source.sbumpc()) {
        if (line.text.size() < kMaxLine) line.text += static_cast<char>(c);
        if (++line.length == kForeignLine) break;
    }
    return true;
}

constexpr std::string_view kSource = "ndjson";

/// The event in `object`, whatever its source.
result::Result<IdentityEvent> read_event(EventObject& object) {
    object.version("v", 1);
    IdentityEvent event;
    event.time = object.time("ts");
    event.source = kSource;
    const std::string kind_name = object.text("kind");
    // Of a connection whose client is named, the device is whoever had that address.
    const bool names_client = kind_name == "connect" && object.has("source");
    event.device = names_client ? object.optional_text("device_id") : object.text("device_id");
    if (!object.ok()) return result::Error{object.error()};
    const Kind* kind = find_kind(kind_name);
    if (kind == nullptr) {
        return result::Error{"unknown kind '" + kind_name + "'; known are " + known_kinds()};
    }
    event.fact = kind->read(object);
    if (!object.ok()) return result::Error{object.error() + " in an event of kind " + kind_name};
    return event;
}

}  // namespace

result::Result<IdentityEvent> parse_ndjson_event(std::string_view line) {
    const auto document = json::Document::parse(line);
    if (!document) return result::Error{"expected one JSON object: " + document.error().message};
    EventObject object{document->root()};
    auto event = read_event(object);
    if (!event) return event;
    if (std::string objection = objection_to(*event); !objection.empty()) {
        return result::Error{std::move(objection)};
    }
    return event;
}

result::Result<IdentityEvent> parse_kept_event(std::string_view line) {
    const auto document = json::Document::parse(line);
    if (!document) return result::Error{"expected one JSON object: " + document.error().message};
    EventObject object{document->root()};
    auto event = read_event(object);
    if (!event) return event;
    event->source = object.optional_text("told_by");
    if (event->source.empty()) event->source = kSource;
    return event;
}

namespace {

bool is_blank(std::string_view line) noexcept {
    return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

/// `length` is that of the whole line.
result::Result<IdentityEvent> read_line(std::string_view line, std::size_t length) {
    if (length <= kMaxLine) return parse_ndjson_event(line);
    return result::Error{"expected lines of at most " + std::to_string(kMaxLine) + " bytes"};
}

}  // namespace

NdjsonEvents read_ndjson(std::istream& in, const std::string& name) {
    NdjsonEvents feed;
    Line line;
    for (std::uint64_t number = 1; next_line(in, line); ++number) {
        const auto place = [&] { return name + ":" + std::to_string(number) + ": "; };
        if (line.length == kForeignLine) {
            feed.foreign = place() + "a line of 16 MiB or more; the file must be of JSON lines";
            break;
        }
        if (feed.events.empty() && number == kForeignLines) {
            feed.foreign = place() + "not one identity event up to here";
            break;
        }
        if (is_blank(line.text)) continue;
        auto event = read_line(line.text, line.length);
        if (event) {
            feed.events.push_back(*std::move(event));
            continue;
        }
        ++feed.rejected_lines;
        if (feed.rejections.size() == NdjsonEvents::kMaxRejections) continue;
        feed.rejections.push_back(place() + event.error().message);
    }
    return feed;
}

namespace {

FeedEvents read(std::string_view document, Timestamp) {
    FeedEvents held;
    for (std::uint64_t number = 1; !document.empty(); ++number) {
        const std::size_t end = std::min(document.find('\n'), document.size());
        const std::string_view line = document.substr(0, end);
        document.remove_prefix(std::min(end + 1, document.size()));
        if (is_blank(line)) continue;
        auto event = read_line(line, line.size());
        if (event) {
            held.events.push_back(*std::move(event));
        } else {
            held.reject(number, event.error().message);
        }
    }
    return held;
}

}  // namespace

extern const DocumentFeed kNdjson;
constinit const DocumentFeed kNdjson{
    .name = "ndjson",
    .suffix = ".ndjson",
    .summary = "the sensor's own events, one JSON object a line",
    .read = read,
};

result::Result<NdjsonEvents> read_ndjson_file(const std::string& path) {
    std::ifstream file{path, std::ios::binary};
    if (!file) return result::Error{path + ": " + std::strerror(errno)};
    try {
        NdjsonEvents feed = read_ndjson(file, path);
        if (!feed.foreign.empty()) return result::Error{feed.foreign};
        if (feed.events.empty() && !feed.rejections.empty()) {
            return result::Error{feed.rejections.front() + "; no other line is an event either"};
        }
        return feed;
    } catch (const std::ios_base::failure&) {  // thrown by the buffer itself, e.g. of a directory
        return result::Error{path + ": cannot be read; it must be a file of JSON lines"};
    }
}

}  // namespace sensor::attribute::feeds
