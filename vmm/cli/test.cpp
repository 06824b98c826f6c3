#include "vmm/cli/command.hpp"
#include "vmm/cli/config_arguments.hpp"
#include "vmm/guest_test/find_tests.hpp"
#include "vmm/guest_test/report.hpp"
#include "vmm/guest_test/run_all.hpp"
#include "vmm/guest_test/run_test.hpp"

#include <CLI/App.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <exception>
#include <memory>
#include <stdexcept>
#include <system_error>
#include <thread>

namespace vitrine::cli {
namespace {

using namespace guest_test;

constexpr const char* footer = R"(A test is a file NAME.test.json: a config, and what its guest must do.
`vitrine schema test` prints what can be in it. Results are in the Test Anything Protocol.
Where there is no KVM, tests of console and status alone run through QEMU; the others are skipped.
Status: 0 when no test failed, 1 otherwise.

Examples:
  vitrine test tests/guest
  vitrine test tests/guest --filter 'smp*' -j2 --junit results.xml)";

struct TestArguments {
    ConfigArguments config;
    std::vector<std::string> paths;
    std::string filter;
    std::string junit;
    unsigned jobs = std::max(1U, std::thread::hardware_concurrency());
    bool list = false;
};

/// Loads and runs a test. One that cannot be loaded has failed.
Result load_and_run(const TestFile& file, const ConfigOptions& options)
{
    try {
        return run_test(load_test(file.path, file.name), options);
    } catch (const std::exception& error) {
        return {.verdict = Verdict::failed, .reason = "the test itself is wrong", .log = error.what()};
    }
}

void write_file(const std::string& path, const std::string& text)
{
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> out{std::fopen(path.c_str(), "we"), &std::fclose};
    if (!out || std::fwrite(text.data(), 1, text.size(), out.get()) != text.size() || std::fflush(out.get()) != 0)
        throw std::system_error{errno, std::generic_category(), "cannot write " + path};
}

int run_tests(const TestArguments& arguments)
{
    const auto tests = find_tests(arguments.paths, arguments.filter);
    if (arguments.list) {
        for (const TestFile& test : tests)
            fmt::print("{}\n", test.name);
        return 0;
    }
    if (tests.empty())
        throw std::runtime_error{"no test to run"};

    const ConfigOptions options = arguments.config.options();
    std::vector<NamedResult> results;
    fmt::print("{}", tap_plan(tests.size()));
    std::fflush(stdout);
    run_all(
        tests.size(), arguments.jobs, [&](std::size_t i) { return load_and_run(tests[i], options); },
        [&](std::size_t i, const Result& result) {
            fmt::print("{}", tap_line(i + 1, tests[i].name, result));
            std::fflush(stdout);
            results.push_back({tests[i].name, result});
        });
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
    CLI::App& command = *app.add_subcommand("test", "Run guest tests that are described in JSON");
    command.add_option("paths", arguments->paths, "Tests, or folders of them")->required()->type_name("PATH");
    command.add_option("--filter", arguments->filter, "Only tests whose name has this in it, or fits this pattern")
        ->type_name("PATTERN");
    command.add_option("-j,--jobs", arguments->jobs, "How many run at once [number of processors]")
        ->type_name("N")
        ->check(CLI::Range(1, 256));
    command.add_option("--junit", arguments->junit, "Write the results in JUnit's XML, too")->type_name("FILE");
    command.add_flag("--list", arguments->list, "Print the names of the tests and run none");
    arguments->config.add_options(command);
    command.footer(footer);
    command.callback([arguments, &action] { action = [arguments] { return run_tests(*arguments); }; });
}

} // namespace vitrine::cli
