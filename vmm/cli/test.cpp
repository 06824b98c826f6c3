#include "vmm/cli/command.hpp"
#include "vmm/cli/config_arguments.hpp"
#include "vmm/guest_test/find_tests.hpp"
#include "vmm/guest_test/repeat.hpp"
#include "vmm/guest_test/report.hpp"
#include "vmm/guest_test/run_test.hpp"
#include "vmm/guest_test/write_file.hpp"

#include <CLI/App.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <thread>

namespace vitrine::cli {
namespace {

using namespace guest_test;

constexpr const char* footer = R"(A test is a file NAME.test.json: a config, and what its guest must do.
`vitrine schema test` prints what can be in it. Results are in the Test Anything Protocol.
Where there is no KVM, tests of console and status alone run through QEMU; the others are skipped.
--set applies to every test; one that is about something else, and says so in "needs", is skipped.
Status: 0 when no test failed, 1 otherwise.

Examples:
  vitrine test tests/guest
  vitrine test tests/guest --filter 'smp*' -j2 --junit results.xml
  vitrine test tests/guest --set cpus=4 --set kernel_mode=ring0 --repeat 200)";

constexpr const char* default_failure_folder = "test-failures";

struct TestArguments {
    ConfigArguments config;
    std::vector<std::string> paths;
    std::string filter;
    std::string junit;
    RepeatOptions repeat;
    bool list = false;
};

/// Loads and runs a test. One that cannot be loaded has failed.
Result load_and_run(const TestFile& file, const RunOptions& options)
{
    try {
        return run_test(load_test(file.path, file.name), options);
    } catch (const std::exception& error) {
        return {.verdict = Verdict::failed, .reason = "the test itself is wrong", .log = error.what()};
    }
}

RepeatOptions repeat_options(const TestArguments& arguments)
{
    RepeatOptions options = arguments.repeat;
    if (options.times == 1)
        options.keep_going = true;
    else if (options.keep.empty())
        options.keep = default_failure_folder;
    return options;
}

int run_tests(const TestArguments& arguments)
{
    const auto tests = find_tests(arguments.paths, arguments.filter);
    std::vector<std::string> names;
    std::transform(tests.begin(), tests.end(), std::back_inserter(names),
                   [](const TestFile& test) { return test.name; });
    if (arguments.list) {
        fmt::print("{}\n", fmt::join(names, "\n"));
        return 0;
    }
    if (tests.empty())
        throw std::runtime_error{"no test to run"};

    const auto begin = std::chrono::steady_clock::now();
    const ConfigOptions config = arguments.config.options();
    std::vector<NamedResult> results;
    fmt::print("{}", tap_plan(tests.size()));
    std::fflush(stdout);
    const bool complete = run_repeatedly(
        names, repeat_options(arguments),
        [&](const TestRun& run) {
            return load_and_run(tests[run.test], {.config = config, .seed = run.seed, .trace = run.trace});
        },
        [&](std::size_t test, const Result& result) {
            fmt::print("{}", tap_line(test + 1, names[test], result));
            std::fflush(stdout);
            results.push_back({names[test], result});
        });
    if (!complete)
        fmt::print("{}", tap_bail_out(results.back().name));
    fmt::print("{}", tap_summary(results, std::chrono::duration_cast<std::chrono::milliseconds>(
                                              std::chrono::steady_clock::now() - begin)));
    if (!arguments.junit.empty())
        write_file(arguments.junit, junit_report(results));
    return std::any_of(results.begin(), results.end(),
                       [](const NamedResult& test) { return test.result.verdict == Verdict::failed; })
               ? 1
               : 0;
}

} // namespace

void add_test(CLI::App& app, Action& action)
{
    const auto arguments = std::make_shared<TestArguments>();
    arguments->repeat.jobs = std::max(1U, std::thread::hardware_concurrency());
    CLI::App& command = *app.add_subcommand("test", "Run guest tests that are described in JSON");
    command.add_option("paths", arguments->paths, "Tests, or folders of them")->required()->type_name("PATH");
    command.add_option("--filter", arguments->filter, "Only tests whose name has this in it, or fits this pattern")
        ->type_name("PATTERN");
    command.add_option("-j,--jobs", arguments->repeat.jobs, "How many run at once [number of processors]")
        ->type_name("N")
        ->check(CLI::Range(1, 256));
    command.add_option("--junit", arguments->junit, "Write the results in JUnit's XML, too")->type_name("FILE");
    command
        .add_option("--repeat", arguments->repeat.times, "Run each test so often, and stop at the first failure [1]")
        ->type_name("N")
        ->check(CLI::Range(1, 1'000'000));
    command.add_flag("-k,--keep-going", arguments->repeat.keep_going, "With --repeat: go on after a failure");
    command
        .add_option("--seed", arguments->repeat.seed,
                    "What ${seed} stands for in a test's first run; each repetition has the next number [1]")
        ->type_name("N");
    command
        .add_option("--keep", arguments->repeat.keep,
                    "Folder for console, report and trace of each run that fails [with --repeat: test-failures]")
        ->type_name("DIR");
    command.add_flag("--list", arguments->list, "Print the names of the tests and run none");
    arguments->config.add_options(command);
    command.footer(footer);
    command.callback([arguments, &action] { action = [arguments] { return run_tests(*arguments); }; });
}

} // namespace vitrine::cli
