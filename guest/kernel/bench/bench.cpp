#include "kernel/bench/bench.hpp"

#include "arch/clock.hpp"
#include "arch/cpu.hpp"
#include "kernel/console.hpp"
#include "kernel/init/command_line.hpp"
#include "kernel/printk.hpp"
#include "kernel/sched/schedule.hpp"
#include "lib/format.hpp"

namespace kernel {
namespace {

constexpr std::string_view option = "kbench";

constexpr Benchmark benchmarks[] = {
    {"memcpy", bench::copy_memory, bench::memory_block},
    {"memset", bench::fill_memory, bench::memory_block},
    {"switch", bench::switch_tasks},
    {"tick", bench::tick, 0, 500'000},
    {"ipi", bench::call_other_cpu},
};

constexpr unsigned batches = 7;

/// The time of one operation and the count of all.
struct Sum {
    u64 nanoseconds = 0;
    u64 operations = 0;
};

/// The median: `values` are few.
u64 median(u64 (&values)[batches])
{
    for (unsigned i = 1; i < batches; ++i) {
        const u64 value = values[i];
        unsigned place = i;
        for (; place > 0 && values[place - 1] > value; --place)
            values[place] = values[place - 1];
        values[place] = value;
    }
    return values[batches / 2];
}

Sum measure(const Benchmark& benchmark)
{
    Sum sum;
    u64 count = 1;
    for (;; count *= 2) { // warms up, too
        const Measured measured = benchmark.run(count);
        if (measured.operations == 0)
            return {};
        sum.operations += measured.operations;
        if (measured.nanoseconds >= benchmark.enough)
            break;
    }
    u64 times[batches];
    for (u64& time : times) {
        const Measured measured = benchmark.run(count);
        sum.operations += measured.operations;
        time = measured.nanoseconds / measured.operations;
    }
    sum.nanoseconds = median(times);
    return sum;
}

void report(const Benchmark& benchmark, const Sum& sum)
{
    FormatBuffer<128> line;
    if (sum.operations == 0)
        format_to(line, "kbench {}: not on this machine\n", benchmark.name);
    else
        format_to(line, "kbench {}: {} ns, {} operations of {} bytes\n", benchmark.name, sum.nanoseconds,
                  sum.operations, benchmark.bytes);
    console::write(line.view());
}

void run_all(void*)
{
    const std::string_view wanted = command_line::value(option).value_or("");
    for (const Benchmark& benchmark : benchmarks) {
        if (wanted.empty() || wanted == benchmark.name)
            report(benchmark, measure(benchmark));
    }
    arch::power_off(0);
}

} // namespace

bool benchmarks_wanted() { return command_line::has(option); }

void run_benchmarks()
{
    const auto task = sched::create_task("kbench", run_all, nullptr, CpuMask{1});
    if (!task)
        panic("no memory for the benchmarks");
    sched::wake(*task.value());
    constexpr u64 long_time = 3600'000'000'000;
    for (;;)
        sched::sleep_until(arch::monotonic_nanoseconds() + long_time);
}

} // namespace kernel
