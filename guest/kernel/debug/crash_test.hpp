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

/// Those that only the debug kernel dies of, and what must be there to find them, for a boot step's needs.
#if VITRINE_KERNEL_DEBUG
inline constexpr const char* detectors = "watchdog";
std::span<const CrashTest> crash_tests();
#else
inline constexpr const char* detectors = "cpus";
inline std::span<const CrashTest> crash_tests() { return {}; }
#endif

} // namespace debug
} // namespace kernel
