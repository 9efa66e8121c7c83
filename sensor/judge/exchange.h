// Did the two ends of a session really talk? Scans, failed handshakes and half-seen sessions are
// no findings.
#pragma once

#include "sensor/model/observation.h"
#include "sensor/model/record.h"

namespace sensor::judge {

/// A recognised protocol needs both sides to have spoken it, which is known once and for all when
/// the session is identified. An unrecognised one needs a TCP handshake seen in full, payload both
/// ways and no hole in the first bytes, which is known at a kPersisting or kEnd record.
[[nodiscard]] bool is_real_exchange(RecordKind kind, const Observation& session) noexcept;

}  // namespace sensor::judge
