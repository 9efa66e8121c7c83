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
        case DecodeStatus::kFragmentHeld: return "ip-fragment-held";
        case DecodeStatus::kEncrypted: return "encrypted";
        case DecodeStatus::kTooDeep: return "too-many-headers";
        case DecodeStatus::kWirelessFragment: return "wireless-fragment";
        case DecodeStatus::kWirelessAggregate: return "wireless-aggregate";
        case DecodeStatus::kCount: break;
    }
    return "invalid";
}

std::string_view name_of(TunnelKind kind) noexcept {
    switch (kind) {
        case TunnelKind::kNone: return "none";
        case TunnelKind::kVxlan: return "vxlan";
        case TunnelKind::kGeneve: return "geneve";
        case TunnelKind::kVxlanGpe: return "vxlan-gpe";
        case TunnelKind::kIpInIp: return "ip-in-ip";
        case TunnelKind::kGre: return "gre";
        case TunnelKind::kPptp: return "pptp";
        case TunnelKind::kErspan: return "erspan";
        case TunnelKind::kGtp: return "gtp";
        case TunnelKind::kTeredo: return "teredo";
        case TunnelKind::kL2tp: return "l2tp";
        case TunnelKind::kL2tpOverIp: return "l2tp-over-ip";
        case TunnelKind::kCapwap: return "capwap";
        case TunnelKind::kTzsp: return "tzsp";
    }
    return "none";
}

std::string_view key_name_of(TunnelKind kind) noexcept {
    switch (kind) {
        case TunnelKind::kGre: return "key";
        case TunnelKind::kPptp: return "call";
        case TunnelKind::kErspan:
        case TunnelKind::kL2tp:
        case TunnelKind::kL2tpOverIp: return "session";
        case TunnelKind::kGtp: return "teid";
        default: return {};
    }
}

}  // namespace sensor
