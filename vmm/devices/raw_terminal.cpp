#include "vmm/devices/raw_terminal.hpp"

#include <array>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <termios.h>
#include <unistd.h>

namespace vitrine {

namespace {

constexpr std::array deadly_signals{SIGHUP, SIGINT, SIGQUIT, SIGILL,  SIGABRT,
                                    SIGBUS, SIGFPE, SIGSEGV, SIGPIPE, SIGTERM};

// A signal handler has nothing but globals. Written before raw_descriptor is set, read after it was taken.
termios saved_settings;
std::atomic<int> raw_descriptor{-1}; ///< -1: no terminal is raw

/// Async-signal-safe.
void restore()
{
    const int descriptor = raw_descriptor.exchange(-1);
    if (descriptor >= 0)
        ::tcsetattr(descriptor, TCSANOW, &saved_settings);
}

/// Restores and dies as if we had never caught the signal.
void restore_and_die(int signal)
{
    restore();
    ::signal(signal, SIG_DFL);
    ::raise(signal);
}

void catch_deadly_signals()
{
    for (const int signal : deadly_signals) {
        struct sigaction action {};
        if (::sigaction(signal, nullptr, &action) != 0 || action.sa_handler != SIG_DFL)
            continue; // someone else's, or ignored
        action.sa_handler = restore_and_die;
        ::sigaction(signal, &action, nullptr);
    }
}

void release_deadly_signals()
{
    for (const int signal : deadly_signals) {
        struct sigaction action {};
        if (::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == restore_and_die)
            ::signal(signal, SIG_DFL);
    }
}

termios raw(termios settings)
{
    settings.c_iflag &= ~static_cast<tcflag_t>(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON);
    settings.c_lflag &= ~static_cast<tcflag_t>(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
    settings.c_cflag = (settings.c_cflag & ~static_cast<tcflag_t>(CSIZE | PARENB)) | CS8;
    settings.c_oflag |= OPOST;
    settings.c_cc[VMIN] = 1;
    settings.c_cc[VTIME] = 0;
    return settings;
}

} // namespace

RawTerminal::RawTerminal(int descriptor)
{
    if (!::isatty(descriptor) || ::tcgetpgrp(descriptor) != ::getpgrp() || raw_descriptor.load() >= 0)
        return;
    if (::tcgetattr(descriptor, &saved_settings) != 0)
        return;
    [[maybe_unused]] static const int at_exit = std::atexit(restore);
    raw_descriptor.store(descriptor);
    catch_deadly_signals();
    const termios settings = raw(saved_settings);
    active_ = ::tcsetattr(descriptor, TCSANOW, &settings) == 0;
    if (!active_) {
        raw_descriptor.store(-1);
        release_deadly_signals();
    }
}

RawTerminal::~RawTerminal()
{
    if (!active_)
        return;
    restore();
    release_deadly_signals();
}

} // namespace vitrine
