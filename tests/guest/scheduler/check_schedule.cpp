// check_schedule VITRINE CONFIG PLAY [--set=KEY=VALUE...]: runs one play of guest/kernel/test/proof_test.cpp and judges
// its trace. Status 77: this host has no KVM.
#include "tests/guest/scheduler/checks.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <span>
#include <sys/wait.h>
#include <unistd.h>

namespace {

using Check = std::string (*)(const schedule::Schedule&);
const std::map<std::string, Check> checks{
    {"shares", schedule::check_shares},       {"fifo", schedule::check_fifo},
    {"deadlines", schedule::check_deadlines}, {"realtime_limit", schedule::check_realtime_limit},
    {"pinning", schedule::check_pinning},     {"busy_cpus", schedule::check_busy_cpus},
    {"crowds", schedule::check_crowds},
};

/// A file that is gone when this is.
class TemporaryFile {
public:
    TemporaryFile() { ::close(::mkstemp(name_.data())); }
    ~TemporaryFile() { std::filesystem::remove(name_); }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;
    const std::string& name() const { return name_; }

private:
    std::string name_ = "/tmp/schedule-XXXXXX";
};

/// Runs the program and waits for it; its status.
int run(const std::vector<std::string>& arguments)
{
    std::vector<char*> pointers;
    pointers.reserve(arguments.size() + 1);
    for (const std::string& argument : arguments)
        pointers.push_back(const_cast<char*>(argument.c_str())); // execv promises not to write
    pointers.push_back(nullptr);
    const pid_t child = ::fork();
    if (child == 0) {
        ::execv(pointers.front(), pointers.data());
        ::_exit(127);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

int judge(std::span<const std::string> arguments)
{
    const std::string& play = arguments[2];
    const TemporaryFile file;
    std::vector<std::string> command{arguments[0],
                                     "run",
                                     arguments[1],
                                     "--stats",
                                     "none",
                                     "--timeout",
                                     "200s",
                                     "--trace",
                                     file.name(),
                                     "--set",
                                     "cmdline=ktest=proof_" + play,
                                     "--set",
                                     R"(trace.events=["sched","test"])",
                                     "--set",
                                     "trace.ring_size=4M"};
    command.insert(command.end(), arguments.begin() + 3, arguments.end());
    if (const int status = run(command); status != 0) {
        std::cerr << fmt::format("the guest ended with {}\n", status);
        return 1;
    }
    const vitrine::Trace trace = vitrine::load_trace(file.name());
    std::cout << checks.at(play)(schedule::Schedule{trace});
    return 0;
}

} // namespace

int main(int count, char** values)
{
    const std::vector<std::string> arguments(values + 1, values + count);
    if (arguments.size() < 3 || !checks.contains(arguments[2])) {
        std::cerr << "check_schedule VITRINE CONFIG PLAY [--set=KEY=VALUE...]\n";
        return 2;
    }
    if (::access("/dev/kvm", R_OK | W_OK) != 0)
        return 77;
    try {
        return judge(arguments);
    } catch (const std::exception& error) {
        std::cerr << "broken: " << error.what() << "\n";
        return 1;
    }
}
