#pragma once

#include <string_view>

/// `leakcheck` on the command line: memory must be back at its level when a kernel test, or the first process, has
/// ended. What is more then is a line on the console, "memory leak: NAME: 3 x kmalloc-64, 1 pages"; if all is well
/// there is none. `vitrine test` asks for it, and takes such a line for a failure.
namespace kernel {

bool leak_check_is_wanted();

/// What follows is to be checked, if the command line says so. Task context.
void begin_leak_check();
/// Waits until memory is back at its level, or for so long that it will not be. Task context; may sleep.
void end_leak_check(std::string_view name);

} // namespace kernel
