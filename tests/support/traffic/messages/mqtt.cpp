#include "tests/support/traffic/messages/mqtt.h"

namespace traffic::mqtt {
namespace {

void write_text(ByteWriter& out, std::string_view text) {
    out.sized<2>([&](ByteWriter& characters) { characters.text(text); });
}

}  // namespace

Bytes connect(std::string_view client_id) {
    constexpr unsigned kCleanSession = 0x02;
    ByteWriter out;
    out.u8(0x10).sized<1>([&](ByteWriter& body) {
        write_text(body, "MQTT");
        body.u8(4).u8(kCleanSession).u16(60);  // level 4 is 3.1.1
        write_text(body, client_id);
    });
    return out.take();
}

Bytes connect_acknowledgement() {
    return {0x20, 2, 0, 0};
}

Bytes publish(std::string_view topic, std::string_view text) {
    ByteWriter out;
    out.u8(0x30).sized<1>([&](ByteWriter& body) {
        write_text(body, topic);
        body.text(text);
    });
    return out.take();
}

}  // namespace traffic::mqtt
