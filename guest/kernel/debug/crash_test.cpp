// Provokes the kernel's own death on demand, as Linux's LKDTM does, so that what should then be seen can be tested:
// `crash_test=NAME` on the kernel command line, at the end of the boot, just before the first program would start.
#include "kernel/debug/crash_test.hpp"
#include "arch/clock.hpp"
#include "arch/cpu.hpp"
#include "arch/interrupts.hpp"
#include "kernel/init/boot_step.hpp"
#include "kernel/init/command_line.hpp"
#include "kernel/mm/heap.hpp"
#include "kernel/mm/page_allocator.hpp"
#include "kernel/printk.hpp"
#include "kernel/sched/schedule.hpp"
#include "kernel/time/timer.hpp"
#include "lib/late.hpp"

#include <algorithm>
#include <array>

namespace kernel {
namespace {

/// The same value, of which the compiler no longer knows what it is.
template <typename T>
T hidden(T value)
{
    asm volatile("" : "+r"(value));
    return value;
}

/// Behind a function's last call, which would be a jump otherwise.
void stay_in_call_trace() { asm volatile(""); }

constexpr char constant = 'c';
char data[] = {'\xc3'}; ///< RET, were it code

void null_read() { static_cast<void>(*hidden(static_cast<volatile int*>(nullptr))); }
void null_write() { *hidden(static_cast<volatile int*>(nullptr)) = 1; }
void write_rodata() { *hidden(const_cast<volatile char*>(&constant)) = 1; }
void write_text() { *hidden(reinterpret_cast<volatile char*>(null_read)) = 1; }
void execute_data()
{
    hidden(reinterpret_cast<void (*)()>(data))();
    stay_in_call_trace();
}
void general_protection() { static_cast<void>(*hidden(reinterpret_cast<volatile int*>(1ULL << 63))); }
void undefined_instruction() { __builtin_trap(); }
/// Which only the debug kernel minds: an invalid instruction there.
void undefined_behaviour() { hidden(hidden(__INT_MAX__) + hidden(1)); }
[[gnu::no_sanitize("undefined")]] void divide_error() { hidden(hidden(1) / hidden(0)); }

int recurse(int depth)
{
    volatile char frame[512]; // small enough that no frame reaches over the guard page
    if (depth == hidden(-1))
        return 0;
    frame[0] = static_cast<char>(depth);
    return recurse(depth + 1) + frame[0];
}

/// On a task's stack, which has a guard page below it; the boot's has none.
void stack_overflow()
{
    const auto overflow = [](void*) { hidden(recurse(0)); };
    if (const auto task = sched::create_task("crash_test", overflow, nullptr, 1U << arch::cpu_id()))
        sched::wake(*task.value());
    sched::yield();
}

void page_double_free()
{
    const auto page = mm::alloc_page();
    for (unsigned time = 0; page && time < 2; ++time)
        mm::free_page(page.value());
    stay_in_call_trace();
}

void slab_double_free()
{
    void* const object = mm::kmalloc(64);
    for (unsigned time = 0; time < 2; ++time)
        mm::kfree(hidden(object));
    stay_in_call_trace();
}

void just_panic() { panic("crash_test=panic"); }

constexpr u64 soon = 1'000'000'000; ///< nanoseconds; by then the first program runs

void panic_in_interrupt()
{
    static Late<time::HighResolutionTimer> timer;
    timer.construct([](time::HighResolutionTimer&) { panic("crash_test=panic_in_interrupt"); });
    time::start(*timer, arch::monotonic_nanoseconds() + soon);
}

/// On the last CPU: the first program starts on the first one.
void panic_in_thread()
{
    const auto panic_soon = [](void*) {
        sched::sleep_until(arch::monotonic_nanoseconds() + soon);
        panic("crash_test=panic_in_thread");
    };
    if (const auto task = sched::create_task("crash_test", panic_soon, nullptr, 1U << (arch::online_cpu_count() - 1)))
        sched::wake(*task.value());
}

/// What Linux calls so: a CPU that takes no interrupt any more.
[[noreturn]] void hard_lockup()
{
    arch::disable_interrupts();
    for (;;)
        arch::relax();
}

/// And one that takes interrupts, but never runs a task.
[[noreturn]] void soft_lockup()
{
    static constexpr u64 period = 10'000'000;
    static Late<time::HighResolutionTimer> timer;
    timer.construct([](time::HighResolutionTimer& self) { time::start(self, arch::monotonic_nanoseconds() + period); });
    time::start(*timer, arch::monotonic_nanoseconds());
    arch::enable_interrupts();
    for (;;)
        arch::relax();
}

/// While all other CPUs have their interrupts masked for good.
void panic_among_deaf()
{
    static constinit unsigned deaf = 0;
    const auto go_deaf = [](void*) {
        arch::disable_interrupts();
        __atomic_add_fetch(&deaf, 1, __ATOMIC_RELEASE);
        hard_lockup();
    };
    unsigned started = 0;
    for (unsigned cpu = 0; cpu < arch::max_cpus; ++cpu) {
        const CpuMask here = CpuMask{1} << cpu;
        if (cpu == arch::cpu_id() || (sched::online_cpus() & here) == 0)
            continue;
        if (const auto task = sched::create_task("crash_test", go_deaf, nullptr, here))
            started += sched::wake(*task.value()) ? 1 : 0;
    }
    while (__atomic_load_n(&deaf, __ATOMIC_ACQUIRE) != started)
        arch::relax();
    panic("crash_test=panic_among_deaf");
}

constexpr std::array crash_tests = {
    CrashTest{"panic", just_panic},
    CrashTest{"panic_in_interrupt", panic_in_interrupt},
    CrashTest{"panic_in_thread", panic_in_thread},
    CrashTest{"panic_among_deaf", panic_among_deaf},
    CrashTest{"null_read", null_read},
    CrashTest{"null_write", null_write},
    CrashTest{"write_rodata", write_rodata},
    CrashTest{"write_text", write_text},
    CrashTest{"execute_data", execute_data},
    CrashTest{"general_protection", general_protection},
    CrashTest{"undefined_instruction", undefined_instruction},
    CrashTest{"undefined_behaviour", undefined_behaviour},
    CrashTest{"divide_error", divide_error},
    CrashTest{"stack_overflow", stack_overflow},
    CrashTest{"page_double_free", page_double_free},
    CrashTest{"slab_double_free", slab_double_free},
    CrashTest{"hard_lockup", hard_lockup},
    CrashTest{"soft_lockup", soft_lockup},
    CrashTest{"triple_fault", arch::triple_fault},
};

const CrashTest* find(std::span<const CrashTest> tests, std::string_view name)
{
    const auto found = std::ranges::find(tests, name, &CrashTest::name);
    return found == tests.end() ? nullptr : &*found;
}

void run_crash_test()
{
    const auto wanted = command_line::value("crash_test");
    if (!wanted)
        return;
    const CrashTest* test = find(crash_tests, *wanted);
    if (test == nullptr)
        test = find(debug::crash_tests(), *wanted);
    if (test == nullptr)
        return printk(LogLevel::warning, "crash_test={}: there is no such test", *wanted);
    printk(LogLevel::warning, "crash_test={}", test->name);
    test->provoke();
}

BOOT_STEP(crash_test, NEEDS("cpus", "console", "root_file_system", debug::detectors), PROVIDES(), run_crash_test);

} // namespace
} // namespace kernel
