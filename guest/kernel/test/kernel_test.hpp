#pragma once

#include <string_view>

/// Tests that run inside the kernel, on its real scheduler and CPUs: for what no host can show. `ktest` on the command
/// line runs them all in place of /init, `ktest=NAME` one, or those whose names begin with NAME_; the machine's status
/// is the number that failed.
namespace kernel {

struct KernelTest {
    std::string_view name;
    bool (*run)(); ///< in a task of its own, interrupts enabled; false: it failed, and has logged why
};

/// At namespace scope.
#define KERNEL_TEST(test, function)                                                                                    \
    namespace {                                                                                                        \
    constexpr ::kernel::KernelTest test##_kernel_test{#test, function};                                                \
    [[gnu::section(".kernel_tests"), gnu::used]] constexpr const ::kernel::KernelTest* test##_kernel_test_entry =      \
        &test##_kernel_test;                                                                                           \
    }                                                                                                                  \
    static_assert(true)

/// Whether the command line asks for tests.
bool kernel_tests_wanted();
[[noreturn]] void run_kernel_tests();

} // namespace kernel
