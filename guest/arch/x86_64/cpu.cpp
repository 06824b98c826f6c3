#include "arch/cpu.hpp"

#include "arch/port_io.hpp"
#include "arch/preempt.hpp"
#include "arch/x86_64/per_cpu.hpp"
#include "arch/x86_64/registers.hpp"
#include "kernel/init/boot_step.hpp"

#include <algorithm>

namespace arch {

unsigned cpu_id() { return this_cpu().id; }

unsigned cpu_count() { return std::min(static_cast<unsigned>(kernel::boot_info().cpus.count), max_cpus); }

kernel::Task* current_task()
{
    kernel::Task* task;
    asm volatile("mov %%gs:%c1, %0" : "=r"(task) : "i"(offsetof(PerCpu, task)));
    return task;
}

void set_current_task(kernel::Task* task) { this_cpu().task = task; }

void set_need_resched(unsigned cpu) { __atomic_store_n(&per_cpu(cpu).need_resched, true, __ATOMIC_RELAXED); }

void write_port(u16 port, u8 value) { out8(port, value); }
u8 read_port(u16 port) { return in8(port); }
void write_port_string(u16 port, std::string_view bytes) { out_string(port, bytes.data(), bytes.size()); }

} // namespace arch
