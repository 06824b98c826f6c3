#include "kernel/test/support.hpp"

#include "kernel/irq/irq.hpp"
#include "kernel/printk.hpp"

namespace kernel::test {
namespace {

struct Call {
    void (*entry)(void*);
    void* argument;
    Counter done;
};

void run_call(void* argument)
{
    Call& call = *static_cast<Call*>(argument);
    call.entry(call.argument);
    call.done.set(1); // the last access: then the call may be gone
}

} // namespace

bool check(bool right, std::string_view what)
{
    if (!right)
        printk(LogLevel::error, "{}", what);
    return right;
}

u32 count_everywhere(unsigned irq)
{
    u32 count = 0;
    for (unsigned cpu = 0; cpu < arch::cpu_count(); ++cpu)
        count += irq::count(irq, cpu);
    return count;
}

bool run_on(unsigned cpu, void (*entry)(void*), void* argument)
{
    Call call{entry, argument, {}};
    const auto task = sched::create_task("ktest", run_call, &call, CpuMask{1} << cpu);
    if (!check(static_cast<bool>(task), "no memory for a task"))
        return false;
    sched::wake(*task.value());
    eventually([&] { return call.done.get() != 0; });
    return true;
}

} // namespace kernel::test
