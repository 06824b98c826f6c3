#include "kernel/smp/call_function.hpp"

#include "arch/cpu.hpp"
#include "arch/interrupts.hpp"
#include "kernel/printk.hpp"
#include "kernel/sync/preempt.hpp"

#include <array>

namespace kernel::smp {
namespace {

/// Cache lines of its own: all CPUs write to it.
struct alignas(64) Receiver {
    CallQueue queue;
    Call* taken = nullptr; ///< from the queue, and yet to be served; its CPU's only
};

constinit std::array<Receiver, arch::max_cpus> receivers{};
/// calls[sender][receiver]: used by tasks of the sending CPU, with preemption off.
constinit std::array<std::array<Call, arch::max_cpus>, arch::max_cpus> calls{};

void check_context()
{
    if (!arch::interrupts_enabled() || in_hardirq() || in_serving_softirq())
        panic("call_function where it may wait for ever: interrupts masked, or not a task");
}

/// A receiver that does not answer for long is told again, as Linux does with CSD lock debugging: where a backend loses
/// an interrupt while another CPU is reset by INIT, nobody else would tell it, for its queue is not empty.
void wait_for(const Call& call, unsigned receiver)
{
    constexpr u32 patience = 1U << 16; ///< looks
    // Acquire, with the receiver's release: we see what the function did.
    for (u32 looks = 1; __atomic_load_n(&call.busy, __ATOMIC_ACQUIRE); ++looks) {
        if (looks % patience == 0)
            arch::send_call_function(receiver);
        arch::relax();
    }
}

void finish(Call& call, bool ran)
{
    call.ran = ran;
    __atomic_store_n(&call.busy, false, __ATOMIC_RELEASE);
}

/// Everything that has been pushed so far. A function that does not return calls it itself, for those that come after.
void serve(Receiver& receiver)
{
    if (receiver.taken == nullptr)
        receiver.taken = receiver.queue.take_all();
    while (Call* const call = receiver.taken) {
        receiver.taken = call->next; // when it is not busy any more, it is its owner's
        const CallFunction function = call->function;
        void* const argument = call->argument;
        if (call->waited_for) {
            function(argument);
            finish(*call, true);
        } else {
            finish(*call, true);
            function(argument);
        }
    }
}

void drop(Call* call)
{
    while (call != nullptr) {
        Call* const next = call->next;
        finish(*call, false);
        call = next;
    }
}

bool is_online(unsigned cpu) { return (arch::online_cpus() >> cpu & 1) != 0; }

/// A CPU on its way out first says that it is not online and then looks at its queue for the last time. What comes
/// later than that look is seen here to have come too late.
void send(unsigned cpu, Call& call)
{
    if (receivers[cpu].queue.push(call))
        arch::send_call_function(cpu);
    if (!is_online(cpu)) [[unlikely]]
        drop(receivers[cpu].queue.take_all());
}

void prepare(Call& call, CallFunction function, void* argument, bool wait)
{
    call.function = function;
    call.argument = argument;
    call.waited_for = wait;
    __atomic_store_n(&call.busy, true, __ATOMIC_RELAXED);
}

/// Sends this CPU's own call for that receiver, when its last one has been served.
Call& send_own(unsigned cpu, CallFunction function, void* argument, bool wait)
{
    Call& call = calls[arch::cpu_id()][cpu];
    wait_for(call, cpu);
    prepare(call, function, argument, wait);
    send(cpu, call);
    return call;
}

} // namespace

Result<void> call_function_single(unsigned cpu, CallFunction function, void* argument, bool wait)
{
    const preempt::Off on_this_cpu;
    if (cpu == arch::cpu_id()) {
        const arch::InterruptsOff as_in_interrupt;
        function(argument);
        return {};
    }
    check_context();
    if (cpu >= arch::max_cpus || !is_online(cpu))
        return Errno::enxio;
    Call& call = send_own(cpu, function, argument, wait);
    if (!wait)
        return {};
    wait_for(call, cpu);
    if (!call.ran)
        return Errno::enxio;
    return {};
}

void call_function(CpuMask mask, CallFunction function, void* argument, bool wait)
{
    const preempt::Off on_this_cpu;
    check_context();
    const unsigned self = arch::cpu_id();
    mask &= arch::online_cpus() & ~(CpuMask{1} << self);
    for (CpuMask left = mask; left != 0; left &= left - 1)
        send_own(static_cast<unsigned>(__builtin_ctz(left)), function, argument, wait);
    if (!wait)
        return;
    for (CpuMask left = mask; left != 0; left &= left - 1) {
        const auto cpu = static_cast<unsigned>(__builtin_ctz(left));
        wait_for(calls[self][cpu], cpu);
    }
}

void on_each_cpu(CallFunction function, void* argument)
{
    const preempt::Off on_this_cpu;
    call_function(all_cpus, function, argument, true);
    const arch::InterruptsOff as_in_interrupt;
    function(argument);
}

Result<void> call_function_single_async(unsigned cpu, Call& call, CallFunction function, void* argument)
{
    // Full barrier: what the caller wrote before is there for a function that has yet to start.
    if (__atomic_exchange_n(&call.busy, true, __ATOMIC_SEQ_CST))
        return Errno::ebusy;
    prepare(call, function, argument, false);
    send(cpu, call);
    return {};
}

void on_call_function_interrupt() { serve(receivers[arch::cpu_id()]); }

void flush_call_queue()
{
    Receiver& receiver = receivers[arch::cpu_id()];
    serve(receiver); // what has been taken already
    serve(receiver); // and what has come meanwhile
}

} // namespace kernel::smp
