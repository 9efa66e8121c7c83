#include "tests/support/traffic/messages/dns.h"

#include <algorithm>

namespace traffic::dns {
namespace {

constexpr std::uint16_t kInternet = 1;             // class IN
constexpr std::uint16_t kQuery = 0x0100;           // RD
constexpr std::uint16_t kResponse = 0x8180;        // QR, RD, RA
constexpr std::uint16_t kMulticast = 0x8400;       // QR, AA, RFC 6762 §18
constexpr std::uint16_t kNameOfQuestion = 0xc00c;  // pointer to byte 12, RFC 1035 §4.1.4
constexpr std::uint32_t kLifetime = 300;           // seconds

void write_labels(ByteWriter& out, std::string_view name) {
    while (!name.empty()) {
        const std::string_view label = name.substr(0, name.find('.'));
        out.u8(label.size()).text(label);
        name.remove_prefix(std::min(label.size() + 1, name.size()));
    }
}
void write_name(ByteWriter& out, std::string_view name) {
    write_labels(out, name);
    out.u8(0);
}

/// RFC 1035 §4.1.1: id, flags, and how many of each kind of record follow.
void write_header(ByteWriter& out, std::uint16_t id, std::uint16_t flags, std::size_t questions,
                  std::size_t answers) {
    out.u16(id).u16(flags).u16(questions).u16(answers).u16(0).u16(0);
}

void write_question(ByteWriter& out, const Question& question) {
    write_name(out, question.name);
    out.u16(static_cast<std::uint64_t>(question.type)).u16(kInternet);
}

ByteWriter response_to(const Question& question, std::size_t answers) {
    ByteWriter out;
    write_header(out, question.id, kResponse, 1, answers);
    write_question(out, question);
    return out;
}

/// §4.1.3, up to the data.
ByteWriter& write_record(ByteWriter& out, Type type) {
    return out.u16(kNameOfQuestion)
        .u16(static_cast<std::uint64_t>(type))
        .u16(kInternet)
        .u32(kLifetime);
}

}  // namespace

Bytes query(const Question& question) {
    ByteWriter out;
    write_header(out, question.id, kQuery, 1, 0);
    write_question(out, question);
    return out.take();
}

Bytes address_response(const Question& question, const std::vector<sensor::Address>& addresses) {
    ByteWriter out = response_to(question, addresses.size());
    for (const sensor::Address& address : addresses) {
        const bytes::View all{address.bytes};
        const bytes::View data = question.type == Type::kA ? all.last(4) : all;
        write_record(out, question.type).u16(data.size()).bytes(data);
    }
    return out.take();
}

Bytes https_response(const Question& question) {
    ByteWriter out = response_to(question, 1);
    write_record(out, Type::kHttps).sized<2>([](ByteWriter& data) {
        data.u16(1).u8(0);  // priority 1, the name asked for
        data.u16(1).sized<2>([](ByteWriter& alpn) { alpn.u8(2).text("h3").u8(2).text("h2"); });
    });
    return out.take();
}

Bytes text_response(const Question& question, std::string_view text) {
    ByteWriter out = response_to(question, 1);
    write_record(out, Type::kTxt).sized<2>([&](ByteWriter& data) {
        data.sized<1>([&](ByteWriter& characters) { characters.text(text); });
    });
    return out.take();
}

Bytes over_tcp(bytes::View message) {
    ByteWriter out;
    out.u16(message.size()).bytes(message);
    return out.take();
}

Bytes multicast_query(std::string_view service) {
    ByteWriter out;
    write_header(out, 0, 0, 1, 0);
    write_question(out, {.name = service, .type = Type::kPtr});
    return out.take();
}

Bytes multicast_response(std::string_view service, std::string_view instance) {
    ByteWriter out;
    write_header(out, 0, kMulticast, 0, 1);
    write_name(out, service);
    out.u16(static_cast<std::uint64_t>(Type::kPtr)).u16(kInternet).u32(kLifetime);
    out.sized<2>(
        [&](ByteWriter& data) { data.u8(instance.size()).text(instance).u16(kNameOfQuestion); });
    return out.take();
}

}  // namespace traffic::dns
