#include "sensor/commands/top_screen.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <iostream>
#include <string_view>

#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace sensor::commands {
namespace {

constexpr std::array kSignals{SIGINT, SIGTERM, SIGHUP, SIGWINCH};

// A screen of its own, without a cursor, where long lines are cut and not wrapped.
constexpr std::string_view kEnter = "\x1b[?1049h\x1b[?25l\x1b[?7l";
constexpr std::string_view kLeave = "\x1b[?7h\x1b[?25h\x1b[?1049l";

volatile std::sig_atomic_t quit_asked = 0;
volatile std::sig_atomic_t size_changed = 0;

void note_signal(int signal) {
    (signal == SIGWINCH ? size_changed : quit_asked) = 1;
}

}  // namespace

Screen::Screen(Mode mode) : mode_{mode} {
    sigset_t ours;
    ::sigemptyset(&ours);
    struct sigaction action {};
    action.sa_handler = note_signal;
    for (const int signal : kSignals) {
        ::sigaction(signal, &action, nullptr);
        ::sigaddset(&ours, signal);
    }
    ::pthread_sigmask(SIG_BLOCK, &ours, &unblocked_);
    for (const int signal : kSignals)
        ::sigdelset(&unblocked_, signal);
    if (mode_ == Mode::kPlain) return;
    take_over_keys();
    std::cout << kEnter << std::flush;
}

/// Ctrl-C stays a signal; Ctrl-Z would leave the shell a terminal in this state.
void Screen::take_over_keys() {
    if (::tcgetattr(STDIN_FILENO, &before_) != 0) return;
    termios now = before_;
    now.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
    now.c_cc[VMIN] = 0;
    now.c_cc[VTIME] = 0;
    now.c_cc[VSUSP] = _POSIX_VDISABLE;
    has_keys_ = ::tcsetattr(STDIN_FILENO, TCSANOW, &now) == 0;
}

Screen::~Screen() {
    if (mode_ == Mode::kPlain) return;
    if (has_keys_) ::tcsetattr(STDIN_FILENO, TCSANOW, &before_);
    std::cout << kLeave << std::flush;  // last: who sees the old screen has the old terminal
}

void Screen::draw(const std::string& page) {
    std::string text = "\x1b[H";
    for (const char c : page) {
        if (c == '\n') text += "\x1b[K";  // what the line before it had there
        text += c;
    }
    if (text.ends_with('\n')) text.pop_back();  // one at the bottom would scroll
    std::cout << text << "\x1b[J" << std::flush;
}

std::size_t Screen::rows() {
    winsize size{};
    return ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_row : 0;
}

bool Screen::is_quit_pressed() {
    std::array<char, 64> keys;
    const ssize_t count = ::read(STDIN_FILENO, keys.data(), keys.size());
    if (count <= 0) has_keys_ = false;  // nobody is there any more
    const std::string_view pressed{keys.data(), count > 0 ? static_cast<std::size_t>(count) : 0};
    return pressed.find_first_of("qQ") != std::string_view::npos;
}

Woken Screen::wait(std::chrono::steady_clock::time_point end) {
    for (;;) {
        const auto left = end - std::chrono::steady_clock::now();
        const auto seconds = std::chrono::floor<std::chrono::seconds>(left);
        const bool is_over = left.count() <= 0;
        timespec patience{};
        if (!is_over) patience = {.tv_sec = seconds.count(), .tv_nsec = (left - seconds).count()};
        pollfd keys{.fd = has_keys_ ? STDIN_FILENO : -1, .events = POLLIN, .revents = 0};
        const int ready = ::ppoll(&keys, 1, &patience, &unblocked_);
        if (quit_asked != 0) return Woken::kQuit;
        if (size_changed != 0) {
            size_changed = 0;
            return Woken::kResized;
        }
        if (ready > 0 && is_quit_pressed()) return Woken::kQuit;
        if (is_over) return Woken::kTime;
    }
}

}  // namespace sensor::commands
