#include "bench/guest_run.hpp"

#include "bench/contender.hpp"
#include "bench/temporary_file.hpp"

#include <fstream>
#include <iterator>
#include <sys/wait.h>

namespace bench {

double GuestRun::counter(const std::string& name) const
{
    double sum = 0;
    for (const auto& [scope, counters] : statistics.at("kvm").items())
        sum += counters.value(name, 0.0);
    return sum;
}

std::optional<GuestRun> run_guest(const std::vector<std::string>& arguments)
{
    const TemporaryFile statistics, diagnostics;
    const std::string vitrine = BENCH_PROGRAMS "/vitrine";
    const std::string redirect = "exec \"$0\" \"$@\" 2>" + diagnostics.path();
    Contender contender{
        .name = {},
        .command = {"/bin/sh", "-c", redirect, vitrine, "run", "--stats", "json", "--stats-file", statistics.path()}};
    contender.command.insert(contender.command.end(), arguments.begin(), arguments.end());
    const Run result = run(contender, {.deadline = std::chrono::seconds{120}});
    constexpr int first_status_of_a_failure = 123; // a panic, a time-out, an error
    constexpr int last_status_of_a_failure = 125;
    if (!result.finished || !WIFEXITED(result.status))
        return std::nullopt;
    const int status = WEXITSTATUS(result.status);
    if (status >= first_status_of_a_failure && status <= last_status_of_a_failure)
        return std::nullopt;
    std::ifstream said{diagnostics.path()};
    return GuestRun{.console = result.console,
                    .diagnostics = {std::istreambuf_iterator{said}, {}},
                    .statistics = nlohmann::json::parse(std::ifstream{statistics.path()})};
}

} // namespace bench
