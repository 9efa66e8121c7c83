// Any text as a recorded session: it is one, or there is a reason; what is read is read again.
#include <string>

#include "lib/json/reader.h"
#include "lib/json/writer.h"
#include "sensor/report/eve.h"
#include "sensor/report/eve_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string text(reinterpret_cast<const char*>(data), size);
    json::Reader reader;
    const auto record = reader.parse(text);
    if (!record) return 0;
    const auto session = sensor::report::read_session(*record);
    if (!session) return session.error().message.empty() ? (__builtin_trap(), 0) : 0;
    json::Writer out;
    sensor::report::write_flow(out, *session, {});
    std::string again{out.view()};
    const auto written = reader.parse(again);
    if (!written || !sensor::report::read_session(*written)) __builtin_trap();
    return 0;
}
