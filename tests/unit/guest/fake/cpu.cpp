#include "arch/cpu.hpp"

#include "tests/unit/guest/fake/machine.hpp"

namespace {
thread_local unsigned this_cpu = 0;
thread_local kernel::Task* this_task = nullptr;
} // namespace

namespace fake {
void set_cpu(unsigned cpu) { this_cpu = cpu; }
} // namespace fake

namespace arch {
unsigned cpu_id() { return this_cpu; }
unsigned cpu_count() { return 1; }
unsigned online_cpu_count() { return 1; }
kernel::Task* current_task() { return this_task; }
void set_current_task(kernel::Task* task) { this_task = task; }
} // namespace arch
