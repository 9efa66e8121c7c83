// Who the devices are, when their screens are on, and which apps they carry.
#include <array>
#include <string_view>

#include "tests/demo/stories.h"

namespace demo {
namespace {

struct InstalledApp {
    const Device& device;
    std::string_view name;
    IdentityLog::Inventory inventory;
};

/// The person is at it from `first` to `last`, a touch every three minutes.
void in_use(Scene& scene, const Device& device, sensor::Duration first, sensor::Duration last) {
    scene.identity.unlocked(device, at(first));
    for (auto time = first; time < last; time += 3min) {
        scene.identity.user_interaction(device, at(time + 2s));
    }
    scene.identity.locked(device, at(last));
}

void apps(Scene& scene) {
    constexpr IdentityLog::Inventory kApproved{.managed = true, .approved = true};
    constexpr IdentityLog::Inventory kForeign{.managed = false, .approved = false};
    const Cast& cast = scene.cast;
    const std::array installed{
        InstalledApp{cast.phone_114, "com.example.mail", kApproved},
        InstalledApp{cast.phone_114, "com.example.flashlight", kForeign},
        InstalledApp{cast.phone_114, "com.example.torch", kForeign},
        InstalledApp{cast.phone_115, "com.example.crm", kApproved},
        InstalledApp{cast.phone_115, "com.example.chat", kApproved},
        InstalledApp{cast.phone_115, "com.android.chrome", kApproved},
        InstalledApp{cast.phone_115, "com.example.game", kForeign},
        InstalledApp{cast.phone_116, "com.example.devproxy", kApproved},
        InstalledApp{cast.phone_116, "com.example.sync", kForeign},
        InstalledApp{cast.tablet_7, "com.example.notes", kForeign},
        InstalledApp{cast.phone_201, "com.example.meet", kApproved},
        InstalledApp{cast.phone_201, "com.android.chrome", kApproved},
        InstalledApp{cast.phone_201, "com.whatsapp", kApproved},
        InstalledApp{cast.phone_201, "com.example.wallpaper", kForeign},
    };
    for (const InstalledApp& app : installed) {
        scene.identity.app_inventory(app.device, app.name, app.inventory, at(6h + 45min));
    }
}

}  // namespace

void devices(Scene& scene) {
    const Cast& cast = scene.cast;
    for (const Device* device :
         {&cast.phone_114, &cast.phone_115, &cast.phone_116, &cast.tablet_7, &cast.phone_201}) {
        scene.identity.device(*device, at(6h + 40min));
        scene.identity.lease_granted(*device, at(6h + 50min));
    }
    apps(scene);

    // Phone 114 was put away just before the demo starts, and stays so.
    scene.identity.user_interaction(cast.phone_114, at(6h + 47min + 40s));
    scene.identity.locked(cast.phone_114, at(6h + 48min));
    in_use(scene, cast.phone_115, 6h + 55min, 7h + 34min);
    in_use(scene, cast.phone_116, 6h + 58min, 7h + 30min);
    in_use(scene, cast.tablet_7, 7h, 7h + 26min);
    in_use(scene, cast.phone_201, 6h + 59min, 7h + 36min);
}

}  // namespace demo
