#include "tests/demo/stories.h"

namespace demo {

Scene play() {
    Scene scene;
    for (const auto story : {
             devices,
             flashlight,
             wallpaper,
             torch,
             game,
             notes,
             sync,
             browser,
             mail,
             chat,
             crm,
             meet,
             messenger,
             development_proxy,
             android_push,
             apple_push,
             time_and_names,
             local_discovery,
             captive_portal,
             port_scan,
             http_to_ssh_server,
         }) {
        story(scene);
    }
    return scene;
}

}  // namespace demo
