#include "arch/backtrace.hpp"
#include "arch/interrupts.hpp"
#include "kernel/debug/checks.hpp"
#include "kernel/debug/lockdep.hpp"
#include "kernel/printk.hpp"
#include "kernel/sched/task.hpp"
#include "kernel/sync/preempt.hpp"

namespace kernel {
namespace {

constexpr std::string_view title = "BUG: sleeping function called from invalid context";

[[noreturn]] void fail(const char* why)
{
    printk(LogLevel::emergency, "{}; preempt_count: {:#x}", why, preempt::count());
    debug::log_holder("in ", ":");
    debug::log_held_locks(debug::held_locks());
    panic(title);
}

} // namespace

void might_sleep()
{
    // The boot, which nothing else runs beside, calls what may sleep and never does.
    const Task* const task = arch::current_task();
    if (!debug::checks_are_on() || task == nullptr || task->policy() == sched::Policy::idle_task)
        return;
    const char* why = nullptr;
    if (in_atomic())
        why = "must not be preempted";
    else if (!arch::interrupts_enabled())
        why = "interrupts are masked";
    else if (task->state() != TaskState::running)
        why = "the task has announced already that it sleeps";
    if (why != nullptr && debug::begin_report(title))
        fail(why);
}

} // namespace kernel
