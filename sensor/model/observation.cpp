#include "sensor/model/observation.h"

namespace sensor {

std::string_view name_of(AttributionMethod method) noexcept {
    switch (method) {
        case AttributionMethod::kFlowRecord: return "flow-record";
        case AttributionMethod::kTunnelTag: return "tunnel-tag";
        case AttributionMethod::kSingleApp: return "single-app";
        case AttributionMethod::kAppGroup: return "app-group";
        case AttributionMethod::kNone: return "none";
    }
    return "invalid";
}

std::string_view name_of(AttributionConfidence confidence) noexcept {
    switch (confidence) {
        case AttributionConfidence::kNone: return "none";
        case AttributionConfidence::kLow: return "low";
        case AttributionConfidence::kMedium: return "medium";
        case AttributionConfidence::kHigh: return "high";
    }
    return "invalid";
}

std::string_view name_of(Platform platform) noexcept {
    switch (platform) {
        case Platform::kUnknown: return "unknown";
        case Platform::kAndroid: return "android";
        case Platform::kIos: return "ios";
    }
    return "invalid";
}

std::string_view name_of(Tristate value) noexcept {
    switch (value) {
        case Tristate::kUnknown: return "unknown";
        case Tristate::kNo: return "no";
        case Tristate::kYes: return "yes";
    }
    return "invalid";
}

std::string_view name_of(AppState state) noexcept {
    switch (state) {
        case AppState::kUnknown: return "unknown";
        case AppState::kForeground: return "foreground";
        case AppState::kBackground: return "background";
    }
    return "invalid";
}

std::string_view name_of(Confirmed confirmed) noexcept {
    switch (confirmed) {
        case Confirmed::kNone: return "none";
        case Confirmed::kClient: return "client";
        case Confirmed::kServer: return "server";
        case Confirmed::kBoth: return "both";
    }
    return "invalid";
}

std::string_view name_of(EndReason reason) noexcept {
    switch (reason) {
        case EndReason::kNone: return "none";
        case EndReason::kClosed: return "closed";
        case EndReason::kReset: return "reset";
        case EndReason::kTimeout: return "timeout";
        case EndReason::kEvicted: return "evicted";
        case EndReason::kTraceEnd: return "shutdown";  // Suricata's word for flows cut by the end
    }
    return "invalid";
}

std::string_view name_of(Transport transport) noexcept {
    switch (transport) {
        case Transport::kNone: return "none";
        case Transport::kTcp: return "TCP";
        case Transport::kUdp: return "UDP";
    }
    return "invalid";
}

}  // namespace sensor
