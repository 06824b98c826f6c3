#pragma once

#include "lib/types.hpp"

/// The arch contract (this folder's headers): all the rest of the kernel knows of the processor. Nothing outside arch
/// executes a privileged instruction, looks at the privilege level, or assumes that the kernel half of the address
/// space is mapped while user code runs. Implementations: x86_64/ for both privilege models, x86_64/ring0/ for the one.
namespace kernel {
class Task;
}

namespace arch {

inline constexpr unsigned max_cpus = 32;

/// Dense, 0 is the boot CPU. Stable only while preemption or interrupts are off.
unsigned cpu_id();
/// CPUs the machine has, and those that run.
unsigned cpu_count();
unsigned online_cpu_count();
/// A bit for each CPU that runs.
u32 online_cpus();

/// The task this CPU runs; one load. Null until the scheduler has set it.
kernel::Task* current_task();
void set_current_task(kernel::Task* task);

/// Brings the secondary CPU `cpu` up by INIT-SIPI; it enters kernel::start_secondary on a stack of its own. Returns
/// when it is running, false when it did not answer.
bool start_cpu(unsigned cpu);

/// For a CPU that is to stop, in this order. leave_online(): others do not ask anything of it from now on; park(): it
/// does nothing any more, until start_cpu(). Interrupts masked.
void leave_online();
[[noreturn]] void park();
/// Whether a CPU has come to that. Then reset_parked() makes it one that has never been started, for all to see.
bool is_parked(unsigned cpu);
void reset_parked(unsigned cpu);

/// Makes another CPU take the reschedule interrupt (it calls kernel::on_reschedule).
void send_reschedule(unsigned cpu);
/// Makes another CPU take the call-function interrupt (it calls kernel::on_interrupt).
void send_call_function(unsigned cpu);
/// Stops every other CPU for good, whatever it does: for panics. False when one did not stop within a second.
bool stop_other_cpus();

/// A hint in a spin loop.
inline void relax() { asm volatile("pause" ::: "memory"); }

/// Faults with nowhere to deliver the fault to: the CPU shuts down, and on a PC the machine resets.
[[noreturn]] void triple_fault();

/// Ends the run with this status. Does not return: where there is nobody to end the run, the CPU halts.
[[noreturn]] void power_off(u8 status);

} // namespace arch
