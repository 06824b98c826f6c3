#include "vmm/guest_test/qemu_guest.hpp"

#include "vmm/boot/cpio.hpp"
#include "vmm/qemu/qemu_command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

namespace vitrine::guest_test {
namespace {

using Clock = std::chrono::steady_clock;

std::system_error failure(const char* operation) { return {errno, std::generic_category(), operation}; }

/// What QEMU is given with -initrd: the config's own file, or a packed one in memory, named by this process's /proc
/// entry for as long as `packed` is open.
std::filesystem::path initramfs_file(const Initramfs& initramfs, UniqueFd& packed)
{
    if (const auto* file = std::get_if<std::filesystem::path>(&initramfs))
        return *file;
    const auto* entries = std::get_if<std::vector<InitramfsEntry>>(&initramfs);
    if (entries == nullptr)
        return {};
    const auto content = pack_initramfs(*entries);
    packed = UniqueFd{::memfd_create("initramfs", 0)};
    if (!packed || ::write(packed.get(), content.data(), content.size()) != static_cast<ssize_t>(content.size()))
        throw failure("memfd for the initramfs");
    return fmt::format("/proc/{}/fd/{}", ::getpid(), packed.get());
}

/// A program with pipes to its standard input and output. Killed at the end, if it still runs.
class Child {
public:
    Child(std::vector<std::string> words, int input)
    {
        std::vector<char*> arguments;
        std::transform(words.begin(), words.end(), std::back_inserter(arguments),
                       [](std::string& word) { return word.data(); });
        arguments.push_back(nullptr);

        int ends[2];
        if (::pipe2(ends, O_CLOEXEC) != 0)
            throw failure("pipe2");
        output_ = UniqueFd{ends[0]};
        const UniqueFd write_end{ends[1]};
        pid_ = ::fork();
        if (pid_ < 0)
            throw failure("fork");
        if (pid_ == 0) {
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);
            ::dup2(input, STDIN_FILENO);
            ::dup2(write_end.get(), STDOUT_FILENO);
            ::execvp(arguments.front(), arguments.data());
            ::_exit(127);
        }
    }
    ~Child()
    {
        if (pid_ > 0) {
            ::kill(pid_, SIGKILL);
            ::waitpid(pid_, nullptr, 0);
        }
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    int output() const { return output_.get(); }

    /// Waits for it to end; its wait status.
    int wait()
    {
        int status = 0;
        ::waitpid(std::exchange(pid_, -1), &status, 0);
        return status;
    }

private:
    UniqueFd output_;
    pid_t pid_ = -1;
};

/// Hands output on until there is no more. False: the time was up first.
bool follow(int output, TestConsole& console, Clock::time_point deadline)
{
    char buffer[4096];
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
        pollfd ready{.fd = output, .events = POLLIN, .revents = 0};
        if (left <= 0 || ::poll(&ready, 1, static_cast<int>(left)) == 0)
            return false;
        const ssize_t got = ::read(output, buffer, sizeof buffer);
        if (got <= 0)
            return true;
        console.output({buffer, static_cast<std::size_t>(got)});
    }
}

} // namespace

bool qemu_is_installed()
{
    static const bool installed = std::system("command -v qemu-system-x86_64 >/dev/null 2>&1") == 0;
    return installed;
}

Outcome run_qemu_guest(const MachineConfig& config, TestConsole& console)
{
    UniqueFd packed;
    const auto initramfs = initramfs_file(config.initramfs, packed);
    Child qemu{qemu_command(config, initramfs, "tcg"), console.input()};
    if (!follow(qemu.output(), console, Clock::now() + *config.timeout))
        return {.ending = Ending::timeout, .status = status_timeout, .reason = "time is up, in QEMU", .report = {}};

    // isa-debug-exit turns the guest's V into V << 1 | 1.
    const int status = qemu.wait();
    if (!WIFEXITED(status) || (WEXITSTATUS(status) & 1) == 0)
        return {.ending = Ending::vmm_error,
                .status = status_vmm_error,
                .reason = fmt::format("QEMU ended with wait status {:#x}", status),
                .report = {}};
    return {.ending = Ending::guest_exit,
            .status = static_cast<std::uint8_t>(WEXITSTATUS(status) >> 1),
            .reason = "exit, in QEMU",
            .report = {}};
}

} // namespace vitrine::guest_test
