#include "tests/support/traffic/messages/http.h"

#include <algorithm>
#include <initializer_list>

#include "lib/digest/digest.h"
#include "tests/support/traffic/random.h"

namespace traffic::http {
namespace {

std::string fields(const Headers& headers) {
    std::string text;
    for (const auto& [name, value] : headers) {
        text.append(name).append(": ").append(value).append("\r\n");
    }
    return text;
}

std::string content_length(std::string_view body) {
    return "Content-Length: " + std::to_string(body.size()) + "\r\n";
}

}  // namespace

std::string request(std::string_view method, std::string_view host, std::string_view target,
                    const Headers& headers, std::string_view body) {
    std::string text{method};
    text.append(" ").append(target).append(" HTTP/1.1\r\nHost: ").append(host).append("\r\n");
    text.append(fields(headers));
    if (!body.empty()) text.append(content_length(body));
    return text.append("\r\n").append(body);
}

std::string response(std::string_view status, const Headers& headers, std::string_view body) {
    std::string text = "HTTP/1.1 ";
    text.append(status).append("\r\n").append(fields(headers));
    // An interim or an empty answer has no length, RFC 9110 §8.6.
    if (!status.starts_with('1') && !status.starts_with("204")) text.append(content_length(body));
    return text.append("\r\n").append(body);
}

}  // namespace traffic::http

namespace traffic::websocket {
namespace {

std::string key_of(std::uint64_t seed) {
    return digest::base64(random_bytes(seed, 16));
}

void write_length(ByteWriter& out, std::size_t length, unsigned mask_bit) {
    if (length < 126) {
        out.u8(mask_bit | length);
    } else if (length <= 0xffff) {
        out.u8(mask_bit | 126U).u16(length);
    } else {
        out.u8(mask_bit | 127U).u64(length);
    }
}

constexpr unsigned kFinalText = 0x81;
constexpr unsigned kMasked = 0x80;

}  // namespace

std::string accept_for(std::string_view key) {
    std::string text{key};
    text.append("258EAFA5-E914-47DA-95CA-C5AB0DC85B11");  // §1.3
    return digest::base64(digest::sha1(bytes::view_of(text)));
}

std::string upgrade_request(std::string_view host, std::string_view target, std::uint64_t seed) {
    return http::request("GET", host, target,
                         {{"Upgrade", "websocket"},
                          {"Connection", "Upgrade"},
                          {"Sec-WebSocket-Key", key_of(seed)},
                          {"Sec-WebSocket-Version", "13"},
                          {"User-Agent", "okhttp/4.12.0"}});
}

std::string upgrade_response(std::uint64_t seed) {
    return http::response("101 Switching Protocols",
                          {{"Upgrade", "websocket"},
                           {"Connection", "Upgrade"},
                           {"Sec-WebSocket-Accept", accept_for(key_of(seed))}});
}

Bytes client_frame(bytes::View payload, std::uint64_t seed) {
    const Bytes mask = random_bytes(seed, 4);
    ByteWriter out;
    out.u8(kFinalText);
    write_length(out, payload.size(), kMasked);
    out.bytes(mask);
    for (std::size_t i = 0; i < payload.size(); ++i)
        out.u8(payload[i] ^ mask[i % 4]);
    return out.take();
}

Bytes server_frame(bytes::View payload) {
    ByteWriter out;
    out.u8(kFinalText);
    write_length(out, payload.size(), 0);
    out.bytes(payload);
    return out.take();
}

}  // namespace traffic::websocket

namespace traffic::http2 {
namespace {

// RFC 9113 §6.
constexpr std::uint8_t kData = 0;
constexpr std::uint8_t kHeaders = 1;
constexpr std::uint8_t kSettings = 4;
constexpr std::uint8_t kWindowUpdate = 8;
constexpr std::uint8_t kEndStream = 0x01;
constexpr std::uint8_t kAcknowledge = 0x01;
constexpr std::uint8_t kEndHeaders = 0x04;

/// §4.1: length, type, flags, stream, payload.
Bytes frame(std::uint8_t type, std::uint8_t flags, std::uint32_t stream, bytes::View payload) {
    ByteWriter out;
    out.u24(payload.size()).u8(type).u8(flags).u32(stream).bytes(payload);
    return out.take();
}

/// §6.5.1: identifier and value.
Bytes settings(std::initializer_list<std::pair<std::uint16_t, std::uint32_t>> values) {
    ByteWriter out;
    for (const auto& [identifier, value] : values)
        out.u16(identifier).u32(value);
    return frame(kSettings, 0, 0, out.view());
}

/// RFC 7541 §6.2.1: a literal with an indexed name; `text` shorter than 127 bytes.
void literal(ByteWriter& out, std::uint8_t name_index, std::string_view text) {
    out.u8(0x40U | name_index).u8(text.size()).text(text);
}

}  // namespace

Bytes client_preface() {
    ByteWriter out;
    out.text("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    out.bytes(settings({{2, 0}, {3, 100}, {4, 1U << 20U}}));  // no push, streams, window
    out.bytes(frame(kWindowUpdate, 0, 0, ByteWriter{}.u32(1U << 20U).view()));
    return out.take();
}

Bytes server_settings() {
    return settings({{3, 128}, {4, 65535}, {5, 16384}});
}

Bytes settings_acknowledgement() {
    return frame(kSettings, kAcknowledge, 0, {});
}

Bytes get(std::uint32_t stream, std::string_view authority, std::string_view path) {
    ByteWriter fields;
    fields.u8(0x82).u8(0x87);  // :method GET and :scheme https, RFC 7541 appendix A
    literal(fields, 1, authority);
    literal(fields, 4, path);
    literal(fields, 58, "crm-android/7.2");  // user-agent
    return frame(kHeaders, kEndHeaders | kEndStream, stream, fields.view());
}

Bytes answer(std::uint32_t stream, bytes::View body) {
    constexpr std::size_t kLargest = 16384;                         // bytes, §4.2
    Bytes out = frame(kHeaders, kEndHeaders, stream, Bytes{0x88});  // :status 200
    for (std::size_t at = 0; at < body.size(); at += kLargest) {
        const std::size_t size = std::min(kLargest, body.size() - at);
        const bool last = at + size == body.size();
        out = joined(out, frame(kData, last ? kEndStream : 0, stream, body.subspan(at, size)));
    }
    return out;
}

}  // namespace traffic::http2
