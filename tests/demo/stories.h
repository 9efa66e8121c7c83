// What happens in the demo, one story an app. Each adds its packets and identity events.
#pragma once

#include "tests/demo/scene.h"

namespace demo {

/// The devices themselves: who they are, their leases, screens and apps. stories_devices.cpp
void devices(Scene& scene);

// The six findings. stories_findings.cpp
void flashlight(Scene& scene);  ///< F1: TLS beacon on tcp/8088
void wallpaper(Scene& scene);   ///< F2: HTTP POST on tcp/7878
void torch(Scene& scene);       ///< F3: DNS on udp/5353, which is mDNS's
void game(Scene& scene);        ///< F4: WebSocket on tcp/9001, open for 25 minutes
void notes(Scene& scene);       ///< F5: TLS on tcp/587, which is SMTP's
void sync(Scene& scene);        ///< F6: SSH on tcp/443, which is TLS's

// Approved by the policy. stories_office.cpp
void browser(Scene& scene);
void mail(Scene& scene);
void chat(Scene& scene);
void crm(Scene& scene);
void meet(Scene& scene);
void messenger(Scene& scene);
void development_proxy(Scene& scene);

// What the systems do of themselves. stories_system.cpp
void android_push(Scene& scene);
void apple_push(Scene& scene);
void time_and_names(Scene& scene);
void local_discovery(Scene& scene);
void captive_portal(Scene& scene);

// Suspicious to a port rule, but no exchange of a protocol: silent. stories_noise.cpp
void port_scan(Scene& scene);
void http_to_ssh_server(Scene& scene);

/// Every story above; the same packets and events on every call. play.cpp
[[nodiscard]] Scene play();

}  // namespace demo
