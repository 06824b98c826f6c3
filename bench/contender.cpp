#include "bench/contender.hpp"

#include "bench/memory_use.hpp"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

namespace bench {
namespace {

using Clock = std::chrono::steady_clock;

[[noreturn]] void fail(const char* what) { throw std::system_error{errno, std::generic_category(), what}; }

/// A page that the child writes the time into just before its execve.
class SharedTime {
public:
    SharedTime()
        : time_{static_cast<Clock::time_point*>(
              mmap(nullptr, sizeof(Clock::time_point), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0))}
    {
        if (time_ == MAP_FAILED)
            fail("mmap");
    }
    ~SharedTime() { munmap(time_, sizeof(Clock::time_point)); }
    SharedTime(const SharedTime&) = delete;
    SharedTime& operator=(const SharedTime&) = delete;

    void take() { *time_ = Clock::now(); }
    Clock::time_point get() const { return *time_; }

private:
    Clock::time_point* time_;
};

[[noreturn]] void become(const Contender& contender, int console, SharedTime& started)
{
    std::vector<char*> arguments;
    for (const std::string& argument : contender.command)
        arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);

    const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    dup2(null, STDIN_FILENO);
    dup2(console, STDOUT_FILENO);
    dup2(null, STDERR_FILENO);
    started.take();
    execv(arguments.front(), arguments.data());
    _exit(127);
}

} // namespace

Run run(const Contender& contender, const RunOptions& options)
{
    int console[2];
    if (pipe2(console, O_CLOEXEC) != 0)
        fail("pipe2");
    SharedTime started;
    const pid_t child = fork();
    if (child < 0)
        fail("fork");
    if (child == 0)
        become(contender, console[1], started);
    close(console[1]);

    Run result;
    const Clock::time_point deadline = Clock::now() + options.deadline;
    for (;;) {
        pollfd readable{.fd = console[0], .events = POLLIN, .revents = 0};
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
        if (left.count() <= 0 || poll(&readable, 1, static_cast<int>(left.count())) == 0)
            break;
        char buffer[4096];
        const ssize_t size = read(console[0], buffer, sizeof buffer);
        const Clock::time_point now = Clock::now();
        if (size <= 0) {
            result.finished = true;
            break;
        }
        result.console.append(buffer, static_cast<std::size_t>(size));
        if (result.marker.count() < 0 && !options.marker.empty() &&
            result.console.find(options.marker) != std::string::npos) {
            result.marker = now - started.get();
            if (options.guest_ram != 0) {
                const MemoryUse use = memory_beyond_guest(child, options.guest_ram);
                result.resident_mib = use.resident_mib;
                result.proportional_mib = use.proportional_mib;
                break;
            }
        }
    }
    if (!result.finished)
        kill(child, SIGKILL);
    waitpid(child, &result.status, 0);
    result.exit = Clock::now() - started.get();
    close(console[0]);
    return result;
}

} // namespace bench
