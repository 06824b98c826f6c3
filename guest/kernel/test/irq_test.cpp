// Interrupts that a device sends by message: the device is the test itself, which has the CPU that the message names
// interrupted by the message's vector.
#include "arch/clock.hpp"
#include "arch/interrupts.hpp"
#include "kernel/irq/descriptor.hpp"
#include "kernel/irq/local_chip.hpp"
#include "kernel/irq/msi.hpp"
#include "kernel/sched/parameters.hpp"
#include "kernel/test/crew.hpp"
#include "kernel/test/kernel_test.hpp"
#include "kernel/test/support.hpp"

namespace kernel {
namespace {

using irq::Return;
using test::check;
using test::count_everywhere;
using test::Counter;
using test::eventually;

class Device final : public irq::MsiDevice {
public:
    Device() : irq{irq::allocate_msi(*this).value()} {}
    ~Device() { irq::free_msi(irq); }
    void set_message(const arch::MsiMessage& message) override { message_ = message; }

    void interrupt() const
    {
        for (unsigned cpu = 0; cpu < arch::cpu_count(); ++cpu)
            if (arch::msi_message(cpu, 0).address == message_.address)
                arch::send_interrupt(cpu, static_cast<u8>(message_.data));
    }

    const unsigned irq;
    Counter calls;
    Counter thread_calls;
    Counter last_cpu;
    Counter wrong_context;
    Return answer = Return::handled;

private:
    arch::MsiMessage message_;
};

Return handle(unsigned, void* argument)
{
    Device& device = *static_cast<Device*>(argument);
    device.last_cpu.set(arch::cpu_id());
    if (!in_hardirq() || arch::interrupts_enabled())
        device.wrong_context.increment();
    device.calls.increment();
    return device.answer;
}

Return handle_in_thread(unsigned, void* argument)
{
    Device& device = *static_cast<Device*>(argument);
    const sched::Parameters parameters = sched::parameters_of(Task::current());
    if (in_interrupt() || !arch::interrupts_enabled() || !Task::current().name().starts_with("irq/") ||
        parameters.policy != sched::Policy::fifo || parameters.rt_priority != 50)
        device.wrong_context.increment();
    device.thread_calls.increment();
    return Return::handled;
}

bool is_handled_until_freed()
{
    Device device;
    if (!check(static_cast<bool>(irq::request(device.irq, handle, {}, "test", &device)), "request failed"))
        return false;
    for (u32 round = 1; round <= 10; ++round) {
        device.interrupt();
        eventually([&] { return device.calls.get() == round; });
    }
    irq::free(device.irq, &device);
    device.interrupt();
    return check(device.calls.get() == 10, "a handler was called that had been freed") &&
           check(device.wrong_context.get() == 0, "a handler ran in the wrong context");
}
KERNEL_TEST(irq_request, is_handled_until_freed);

/// Two who share a line: both are asked, and one is left when the other goes.
bool is_shared()
{
    const irq::Flags shared{.shared = true};
    Device line;
    Device first;
    Device second;
    first.answer = Return::none;
    const bool granted = irq::request(line.irq, handle, shared, "first", &first) &&
                         irq::request(line.irq, handle, shared, "second", &second);
    const bool refused = !irq::request(line.irq, handle, {}, "third", &line);
    line.interrupt();
    eventually([&] { return second.calls.get() == 1; });
    const bool both = first.calls.get() == 1;
    irq::free(line.irq, &first);
    line.interrupt();
    eventually([&] { return second.calls.get() == 2; });
    irq::free(line.irq, &second);
    return check(granted, "a line that was to be shared was refused") &&
           check(refused, "who does not share was let onto a line") && check(both, "not all who share were asked") &&
           check(first.calls.get() == 1, "a handler was called that had been freed");
}
KERNEL_TEST(irq_shared, is_shared);

bool wakes_its_thread()
{
    Device device;
    device.answer = Return::wake_thread;
    if (!check(static_cast<bool>(irq::request_threaded(device.irq, handle, handle_in_thread, {}, "test", &device)),
               "request failed"))
        return false;
    for (u32 round = 1; round <= 10; ++round) {
        device.interrupt();
        eventually([&] { return device.thread_calls.get() == round; });
    }
    device.interrupt();
    eventually([&] { return device.calls.get() == 11; });
    irq::synchronize(device.irq);
    const u32 after_synchronize = device.thread_calls.get();
    irq::free(device.irq, &device);

    const bool refused = !irq::request_threaded(device.irq, nullptr, handle_in_thread, {}, "test", &device);
    const bool granted = static_cast<bool>(
        irq::request_threaded(device.irq, nullptr, handle_in_thread, {.oneshot = true}, "test", &device));
    device.interrupt();
    eventually([&] { return device.thread_calls.get() == 12; });
    irq::free(device.irq, &device);
    return check(after_synchronize == 11, "synchronize() did not wait for the thread") &&
           check(refused, "a thread alone must be oneshot") && check(granted, "a oneshot thread was refused") &&
           check(device.wrong_context.get() == 0, "a handler ran in the wrong context");
}
KERNEL_TEST(irq_thread, wakes_its_thread);

/// A device whose thread takes its time.
struct SlowDevice {
    Device device;
    WaitQueue may_end;
    Counter ends;
    Counter thread_runs;
    Counter thread_ended;
    Counter released;       ///< free() or synchronize() has returned,
    Counter released_early; ///< before the thread's handler did
};

Return wake_slow_thread(unsigned, void*) { return Return::wake_thread; }

Return handle_slowly(unsigned, void* argument)
{
    SlowDevice& slow = *static_cast<SlowDevice*>(argument);
    slow.thread_runs.increment();
    slow.may_end.wait([&] { return slow.ends.get() != 0; });
    slow.thread_ended.increment();
    return Return::handled;
}

void note_release(SlowDevice& slow)
{
    if (slow.thread_ended.get() == 0)
        slow.released_early.increment();
    slow.released.increment();
}

void free_slow_device(void* argument)
{
    SlowDevice& slow = *static_cast<SlowDevice*>(argument);
    irq::free(slow.device.irq, &slow);
    note_release(slow);
}

void synchronize_slow_device(void* argument)
{
    SlowDevice& slow = *static_cast<SlowDevice*>(argument);
    irq::synchronize(slow.device.irq);
    note_release(slow);
}

/// `release` is called while the thread is in its handler, and must not return before that does.
bool waits_for_the_thread(void (*release)(void*))
{
    SlowDevice slow;
    const unsigned irq = slow.device.irq;
    if (!check(static_cast<bool>(irq::request_threaded(irq, wake_slow_thread, handle_slowly, {}, "slow", &slow)),
               "request failed"))
        return false;
    slow.device.interrupt();
    eventually([&] { return slow.thread_runs.get() == 1; });
    {
        test::Crew crew;
        crew.start(arch::cpu_count() - 1, release, &slow);
        for (unsigned times = 0; times < 20; ++times)
            sched::yield();
        slow.ends.set(1);
        slow.may_end.wake_up_all();
        eventually([&] { return slow.released.get() == 1; });
    }
    if (release != free_slow_device)
        irq::free(irq, &slow);
    slow.device.interrupt();
    return check(slow.released_early.get() == 0, "the thread was not waited for") &&
           check(slow.thread_runs.get() == 1, "a thread ran whose handler had been freed");
}

bool is_freed_while_its_thread_runs() { return waits_for_the_thread(free_slow_device); }
KERNEL_TEST(irq_thread_free, is_freed_while_its_thread_runs);

bool is_synchronized_while_its_thread_runs() { return waits_for_the_thread(synchronize_slow_device); }
KERNEL_TEST(irq_thread_synchronize, is_synchronized_while_its_thread_runs);

/// What comes while it is disabled is made up for, once.
bool waits_while_disabled()
{
    Device device;
    if (!check(static_cast<bool>(irq::request(device.irq, handle, {}, "test", &device)), "request failed"))
        return false;
    irq::disable(device.irq);
    irq::disable(device.irq);
    const u32 before = count_everywhere(device.irq); // by who had the number earlier
    device.interrupt();
    eventually([&] { return count_everywhere(device.irq) == before + 1; });
    device.interrupt();
    eventually([&] { return count_everywhere(device.irq) == before + 2; });
    // Counted is not yet found disabled: a task runs on that CPU only when the interrupt is over.
    const unsigned cpu = irq::find(device.irq)->state.with([](const irq::State& state) { return state.target->cpu; });
    if (!test::run_on(
            cpu, [](void*) {}, nullptr))
        return false;
    irq::enable(device.irq);
    const u32 while_disabled = device.calls.get();
    irq::enable(device.irq);
    eventually([&] { return device.calls.get() != 0; });
    irq::free(device.irq, &device);
    return check(while_disabled == 0, "a handler was called while its interrupt was disabled") &&
           check(device.calls.get() == 1, "an interrupt was made up for more than once");
}
KERNEL_TEST(irq_disable, waits_while_disabled);

/// Round and round the CPUs, with interrupts on their way while they move: none is lost, and each settles down on the
/// CPU it was sent to.
bool moves_between_cpus()
{
    constexpr unsigned rounds = 8;
    Device device;
    if (!check(static_cast<bool>(irq::request(device.irq, handle, {}, "test", &device)), "request failed"))
        return false;
    u32 sent = 0;
    bool arrived = true;
    for (unsigned round = 0; round < rounds; ++round) {
        for (CpuMask rest = sched::online_cpus(); rest != 0; rest &= rest - 1) {
            const auto cpu = static_cast<unsigned>(__builtin_ctz(rest));
            device.interrupt(); // to the old CPU
            const auto moved = irq::set_affinity(device.irq, CpuMask{1} << cpu);
            arrived = arrived && moved;
            ++sent;
            eventually([&] { return device.calls.get() == sent; });
            irq::Descriptor& descriptor = *irq::find(device.irq);
            eventually([&] { // a move right after another waits for the next interrupt, or the old vector's end
                return descriptor.state.with(
                    [&](const irq::State& state) { return state.target->cpu == cpu && !state.old_target; });
            });
            const u32 before = irq::count(device.irq, cpu);
            device.interrupt();
            ++sent;
            eventually([&] { return device.calls.get() == sent; });
            arrived = arrived && device.last_cpu.get() == cpu && irq::count(device.irq, cpu) == before + 1;
        }
    }
    const bool refused = !irq::set_affinity(device.irq, 0);
    irq::free(device.irq, &device);
    return check(arrived, "an interrupt came to another CPU than it was sent to") &&
           check(refused, "an interrupt was sent to no CPU at all");
}
KERNEL_TEST(irq_affinity, moves_between_cpus);

/// As if 99,990 interrupts that nobody cared for had come already.
bool gives_up_what_nobody_handles()
{
    Device device;
    device.answer = Return::none;
    if (!check(static_cast<bool>(irq::request(device.irq, handle, {}, "test", &device)), "request failed"))
        return false;
    irq::Descriptor& descriptor = *irq::find(device.irq);
    u32 sent = 0;
    // Again, when the detector has begun anew: where the host is busy, even these may be far apart.
    const auto is_disabled = [&] {
        return descriptor.state.with([](irq::State& state) {
            if (!state.spurious_disabled && state.spurious.unhandled() < 99'990)
                state.spurious.pretend(99'990, arch::monotonic_nanoseconds());
            return state.spurious_disabled;
        });
    };
    while (!is_disabled()) {
        device.interrupt();
        ++sent;
        eventually([&] { return device.calls.get() == sent; });
        // The last one is counted after its handler has returned.
        eventually([&] { return descriptor.state.with([](const irq::State& state) { return !state.in_progress; }); });
    }
    irq::free(device.irq, &device);
    return check(sent >= 10, "an interrupt that nobody handles was given up at the wrong time");
}
KERNEL_TEST(irq_unhandled, gives_up_what_nobody_handles);

Return handle_per_cpu(unsigned, void* argument)
{
    static_cast<Counter*>(argument)[arch::cpu_id()].increment();
    return Return::handled;
}

bool every_cpu_serves_its_own()
{
    static Counter calls[arch::max_cpus];
    const auto allocated = irq::allocate_per_cpu();
    if (!check(allocated && irq::request(allocated.value().irq, handle_per_cpu, {}, "test", calls), "request failed"))
        return false;
    bool counted = true;
    for (CpuMask rest = sched::online_cpus(); rest != 0; rest &= rest - 1) {
        const auto cpu = static_cast<unsigned>(__builtin_ctz(rest));
        arch::send_interrupt(cpu, allocated.value().vector);
        eventually([&] { return calls[cpu].get() == 1; });
        counted = counted && irq::count(allocated.value().irq, cpu) == 1;
    }
    irq::free(allocated.value().irq, calls);
    return check(counted, "an interrupt was not counted");
}
KERNEL_TEST(irq_per_cpu, every_cpu_serves_its_own);

} // namespace
} // namespace kernel
