#include "sensor/commands/terminal.h"

#include <algorithm>
#include <cstdlib>

#include <sys/ioctl.h>
#include <unistd.h>

namespace sensor::commands {

report::Style style_for(int descriptor) {
    if (::isatty(descriptor) == 0) return {};
    report::Style style{.color = true};
    // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing sets the environment
    if (const char* no_color = std::getenv("NO_COLOR"); no_color != nullptr && *no_color != '\0') {
        style.color = false;  // no-color.org
    }
    constexpr int kNarrowest = 60;
    constexpr int kWidest = 120;
    winsize size{};
    if (::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col != 0) {
        style.width = std::clamp<int>(size.ws_col, kNarrowest, kWidest);
    }
    return style;
}

}  // namespace sensor::commands
