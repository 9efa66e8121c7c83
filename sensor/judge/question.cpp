#include "sensor/judge/question.h"

namespace sensor::judge {

Question question_of(const Observation& session) {
    const Attribution& who = session.attribution;
    std::string_view name = session.requested_name;
    if (name.empty()) name = session.fact(Fact::kTlsSni);
    if (name.empty()) name = session.fact(Fact::kHttpHost);
    const bool is_address_known = session.requested_name.empty();
    return {.protocol = session.protocol,
            .transport = session.transport,
            .port = session.server.port,
            .destination = is_address_known ? std::optional{session.server.address} : std::nullopt,
            .name = std::string{name},
            .app = who.app,
            .app_group = who.app_group,
            .group_apps = {},
            .device = who.device,
            .signer = session.context.app_signer,
            .platform = who.platform,
            .app_managed = session.context.app_managed,
            .time = session.start};
}

}  // namespace sensor::judge
