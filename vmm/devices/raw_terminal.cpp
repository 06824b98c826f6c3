#include "vmm/devices/raw_terminal.hpp"

#include <array>
#include <atomic>
#include <cerrno>
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
termios raw_settings;
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

using Handler = void (*)(int);

/// Takes a signal whose action is the default: others are someone else's, or ignored.
void catch_signal(int signal, Handler handler)
{
    struct sigaction action {};
    if (::sigaction(signal, nullptr, &action) != 0 || action.sa_handler != SIG_DFL)
        return;
    action.sa_handler = handler;
    ::sigaction(signal, &action, nullptr);
}

void release_signal(int signal, Handler handler)
{
    struct sigaction action {};
    if (::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == handler)
        ::signal(signal, SIG_DFL);
}

/// Gives the shell its terminal back and stops, as the signal would have us do: when this returns and unblocks it.
void suspend(int signal)
{
    const int error = errno;
    if (const int descriptor = raw_descriptor.load(); descriptor >= 0)
        ::tcsetattr(descriptor, TCSANOW, &saved_settings);
    ::signal(signal, SIG_DFL);
    ::raise(signal);
    errno = error;
}

/// After suspend(), and after a SIGSTOP, which nobody can catch. In the background the terminal is not ours.
void go_on(int)
{
    const int error = errno;
    catch_signal(SIGTSTP, suspend);
    const int descriptor = raw_descriptor.load();
    if (descriptor >= 0 && ::tcgetpgrp(descriptor) == ::getpgrp())
        ::tcsetattr(descriptor, TCSANOW, &raw_settings);
    errno = error;
}

void catch_signals()
{
    for (const int signal : deadly_signals)
        catch_signal(signal, restore_and_die);
    catch_signal(SIGTSTP, suspend);
    catch_signal(SIGCONT, go_on);
}

void release_signals()
{
    release_signal(SIGCONT, go_on);
    release_signal(SIGTSTP, suspend);
    for (const int signal : deadly_signals)
        release_signal(signal, restore_and_die);
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
    raw_settings = raw(saved_settings);
    raw_descriptor.store(descriptor);
    catch_signals();
    active_ = ::tcsetattr(descriptor, TCSANOW, &raw_settings) == 0;
    if (!active_) {
        raw_descriptor.store(-1);
        release_signals();
    }
}

RawTerminal::~RawTerminal()
{
    if (!active_)
        return;
    restore();
    release_signals();
}

} // namespace vitrine
