// A flow record as text.
#pragma once

#include <string>
#include <string_view>

#include "sensor/report/eve.h"

namespace sensor::report {

inline std::string flow_of(const Observation& session, std::string_view finding = {}) {
    json::Writer out;
    write_flow(out, session, {}, finding);
    return std::string{out.view()};
}

}  // namespace sensor::report
