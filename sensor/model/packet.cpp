#include "sensor/model/packet.h"

namespace sensor {

std::string_view name_of(DecodeStatus status) noexcept {
    switch (status) {
        case DecodeStatus::kOk: return "ok";
        case DecodeStatus::kTruncated: return "truncated";
        case DecodeStatus::kUnknownLink: return "unknown-link-type";
        case DecodeStatus::kUnknownEtherType: return "not-ip";
        case DecodeStatus::kUnknownTransport: return "not-tcp-or-udp";
        case DecodeStatus::kUnknownVersion: return "unknown-header-version";
        case DecodeStatus::kMalformed: return "malformed";
        case DecodeStatus::kFragment: return "ip-fragment";
        case DecodeStatus::kEncrypted: return "encrypted";
        case DecodeStatus::kTooDeep: return "too-many-headers";
        case DecodeStatus::kCount: break;
    }
    return "invalid";
}

}  // namespace sensor
