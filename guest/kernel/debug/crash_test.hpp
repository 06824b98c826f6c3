#pragma once

#include <span>
#include <string_view>

namespace kernel {

/// One way to die; see crash_test.cpp.
struct CrashTest {
    std::string_view name;
    void (*provoke)(); ///< by the boot, which is CPU 0's idle task
};

namespace debug {

/// Those that only the debug kernel dies of.
#if VITRINE_KERNEL_DEBUG
std::span<const CrashTest> crash_tests();
#else
inline std::span<const CrashTest> crash_tests() { return {}; }
#endif

} // namespace debug
} // namespace kernel
