#include "kernel/test/kernel_test.hpp"

#include "arch/cpu.hpp"
#include "kernel/console.hpp"
#include "kernel/init/command_line.hpp"
#include "kernel/test/leak_check.hpp"
#include "lib/format.hpp"

#include <span>

/// From the linker script.
extern "C" {
extern const kernel::KernelTest* const kernel_tests_begin[];
extern const kernel::KernelTest* const kernel_tests_end[];
}

namespace kernel {
namespace {

constexpr std::string_view option = "ktest";

/// `wanted` is a test, or what the names of several begin with, up to a '_'; empty: all.
bool is_wanted(std::string_view name, std::string_view wanted)
{
    return wanted.empty() || (name.starts_with(wanted) && (name.size() == wanted.size() || name[wanted.size()] == '_'));
}

void report(const KernelTest& test, bool passed)
{
    FormatBuffer<128> line;
    format_to(line, "ktest {}: {}\n", test.name, passed ? "ok" : "FAILED");
    console::write(line.view());
}

} // namespace

bool kernel_tests_wanted() { return command_line::has(option); }

void run_kernel_tests()
{
    const std::string_view wanted = command_line::value(option).value_or("");
    u8 failed = 0;
    for (const KernelTest* const test : std::span{kernel_tests_begin, kernel_tests_end}) {
        if (!is_wanted(test->name, wanted))
            continue;
        begin_leak_check();
        const bool passed = test->run();
        report(*test, passed);
        end_leak_check(test->name);
        failed += passed ? 0 : 1;
    }
    arch::power_off(failed);
}

} // namespace kernel
