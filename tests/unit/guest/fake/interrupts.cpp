#include "arch/interrupts.hpp"

#include <utility>

namespace arch {
namespace {
thread_local bool enabled = true;
} // namespace

bool interrupts_enabled() { return enabled; }
void enable_interrupts() { enabled = true; }
bool disable_interrupts() { return std::exchange(enabled, false); }
} // namespace arch
