#include "sensor/model/finding.h"

namespace sensor {

std::string_view name_of(FindingKind kind) noexcept {
    switch (kind) {
        case FindingKind::kPortMismatch: return "port-mismatch";
        case FindingKind::kProtocolUnapproved: return "protocol-unapproved";
        case FindingKind::kPortMasquerade: return "port-masquerade";
        case FindingKind::kBeaconing: return "beaconing";
        case FindingKind::kRelay: return "relay";
    }
    return "invalid";
}

std::string_view name_of(FindingStatus status) noexcept {
    switch (status) {
        case FindingStatus::kOpen: return "open";
        case FindingStatus::kWithdrawn: return "withdrawn";
        case FindingStatus::kClosed: return "closed";
    }
    return "invalid";
}

std::string_view name_of(EvidenceState state) noexcept {
    switch (state) {
        case EvidenceState::kWritten: return "written";
        case EvidenceState::kOverwritten: return "overwritten";
        case EvidenceState::kFull: return "full";
        case EvidenceState::kFailed: return "failed";
    }
    return "invalid";
}

std::string_view name_of(Severity severity) noexcept {
    switch (severity) {
        case Severity::kInfo: return "info";
        case Severity::kLow: return "low";
        case Severity::kMedium: return "medium";
        case Severity::kHigh: return "high";
    }
    return "invalid";
}

int eve_severity(Severity severity) noexcept {
    switch (severity) {
        case Severity::kHigh: return 1;
        case Severity::kMedium: return 2;
        case Severity::kLow: return 3;
        case Severity::kInfo: return 4;
    }
    return 4;
}

}  // namespace sensor
