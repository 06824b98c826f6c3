#include "terminal_session.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <system_error>
#include <termios.h>
#include <unistd.h>

namespace vitrine {

namespace {

/// However busy the machine is, something happens within that time.
constexpr std::chrono::milliseconds patience = std::chrono::minutes{2};

termios ordinary_settings()
{
    termios settings{};
    settings.c_iflag = ICRNL | IXON;
    settings.c_oflag = OPOST | ONLCR;
    settings.c_cflag = CS8 | CREAD | B38400;
    settings.c_lflag = ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE | IEXTEN;
    settings.c_cc[VINTR] = 3;
    settings.c_cc[VERASE] = 0x7f;
    settings.c_cc[VMIN] = 1;
    return settings;
}

} // namespace

TerminalSession::TerminalSession(const std::vector<std::string>& command)
{
    winsize size{.ws_row = 24, .ws_col = 80, .ws_xpixel = 0, .ws_ypixel = 0};
    termios settings = ordinary_settings();
    program_ = ::forkpty(&terminal_, nullptr, &settings, &size);
    if (program_ < 0)
        throw std::system_error{errno, std::generic_category(), "forkpty"};
    if (program_ > 0)
        return;
    std::vector<char*> arguments;
    arguments.reserve(command.size() + 1);
    for (const std::string& argument : command)
        arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);
    ::execv(arguments[0], arguments.data());
    ::_exit(127);
}

TerminalSession::~TerminalSession()
{
    if (program_ > 0) {
        ::kill(program_, SIGKILL);
        ::waitpid(program_, nullptr, 0);
    }
    ::close(terminal_);
}

void TerminalSession::type(std::string_view keys)
{
    while (!keys.empty()) {
        const ssize_t count = ::write(terminal_, keys.data(), keys.size());
        if (count <= 0)
            return;
        keys.remove_prefix(static_cast<std::size_t>(count));
    }
}

void TerminalSession::resize(unsigned short rows, unsigned short columns)
{
    const winsize size{.ws_row = rows, .ws_col = columns, .ws_xpixel = 0, .ws_ypixel = 0};
    ::ioctl(terminal_, TIOCSWINSZ, &size);
}

bool TerminalSession::read_some()
{
    pollfd ready{.fd = terminal_, .events = POLLIN, .revents = 0};
    if (::poll(&ready, 1, static_cast<int>(patience.count())) <= 0)
        return false;
    char text[4096];
    const ssize_t count = ::read(terminal_, text, sizeof text);
    if (count <= 0)
        return false; // EIO: the program has closed it
    std::remove_copy(text, text + count, std::back_inserter(shown_), '\r');
    return true;
}

std::optional<std::string> TerminalSession::wait_for(std::string_view text)
{
    for (;;) {
        if (const auto found = shown_.find(text); found != std::string::npos) {
            const std::string seen = shown_.substr(0, found + text.size());
            shown_.erase(0, seen.size());
            return seen;
        }
        if (!read_some())
            return {};
    }
}

int TerminalSession::wait_for_end()
{
    while (read_some()) {
    }
    int status = 0;
    ::waitpid(program_, &status, 0);
    program_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

bool TerminalSession::has_settings_of_the_beginning() const
{
    termios now{};
    const termios before = ordinary_settings();
    return ::tcgetattr(terminal_, &now) == 0 && now.c_iflag == before.c_iflag && now.c_oflag == before.c_oflag &&
           now.c_lflag == before.c_lflag;
}

} // namespace vitrine
