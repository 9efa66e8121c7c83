// offport top: the terminal while it is watched, and waiting for its keys and signals.
#pragma once

#include <chrono>
#include <csignal>
#include <cstdint>
#include <string>

#include <termios.h>

namespace sensor::commands {

enum class Woken : std::uint8_t {
    kTime,     ///< nothing happened
    kResized,  ///< the window has another size
    kQuit,     ///< q, Ctrl-C, SIGTERM or SIGHUP
};

/// Takes over SIGINT, SIGTERM, SIGHUP and SIGWINCH, which it only hears while wait() is called. On
/// a terminal it has a screen of its own and takes keys as they are pressed; the destructor gives
/// both back as they were. Elsewhere it only waits. One at a time.
class Screen {
  public:
    enum class Mode : std::uint8_t { kPlain, kFull };

    /// kFull needs standard output to be a terminal.
    explicit Screen(Mode mode);
    Screen(const Screen&) = delete;
    Screen& operator=(const Screen&) = delete;
    ~Screen();

    /// Lines, each with its line feed, in place of what was drawn before. Full screens only.
    static void draw(const std::string& page);
    /// Rows of the terminal; 0 if that is not known.
    [[nodiscard]] static std::size_t rows();

    [[nodiscard]] Woken wait(std::chrono::steady_clock::time_point end);

  private:
    void take_over_keys();
    [[nodiscard]] bool is_quit_pressed();

    Mode mode_;
    bool has_keys_ = false;
    termios before_{};
    sigset_t unblocked_{};
};

}  // namespace sensor::commands
