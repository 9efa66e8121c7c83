#include "sensor/control/review/learned_text.h"

#include "sensor/report/style.h"
#include "sensor/report/wording.h"

namespace sensor::control {

std::string text_of(const Pair& pair) {
    const std::string subject =
        pair.subject.empty() ? "an app that is not known" : report::printable(pair.subject);
    return subject + ": " + report::printable(pair.protocol) + " on " +
           judge::to_string(pair.transport, pair.port);
}

std::string text_of(const Support& support) {
    std::string text;
    if (support.devices != 0 || support.addresses == 0) {
        text += report::counted(support.devices, "device") + ", ";
    }
    if (support.addresses != 0) {
        text += report::grouped(support.addresses) +
                (support.addresses == 1 ? " address" : " addresses") + " of unknown devices, ";
    }
    if (support.days != 0) text += report::counted(support.days, "day") + ", ";
    return text + report::counted(support.sessions, "session");
}

}  // namespace sensor::control
