#include "kernel/trace/tracepoint.hpp"

#include "arch/clock.hpp"
#include "arch/cpu.hpp"
#include "arch/interrupts.hpp"
#include "arch/paging.hpp"
#include "arch/trace.hpp"
#include "kernel/init/boot_step.hpp"
#include "kernel/sched/task.hpp"
#include "kernel/trace/ring_writer.hpp"

namespace trace {

constinit u64 enabled_events = 0;

namespace {

using vitrine::abi::TraceChannel;

constinit RingWriter rings[arch::max_cpus]{};
constinit TraceChannel channel = TraceChannel::off;

} // namespace

void set_up()
{
    const auto& boot = kernel::boot_info();
    if ((boot.flags & vitrine::abi::boot_trace) == 0)
        return;
    for (unsigned cpu = 0; cpu < boot.cpus.count && cpu < arch::max_cpus; ++cpu) {
        const kernel::PhysicalAddress ring{boot.trace.rings + cpu * boot.trace.ring_size};
        rings[cpu] = RingWriter{arch::direct_map<vitrine::abi::TraceRingHeader>(ring), boot.trace.ring_size};
    }
    channel = static_cast<TraceChannel>(boot.trace.channel);
    enabled_events = channel == TraceChannel::off ? 0 : boot.trace.enabled;
}

BOOT_STEP(trace, NEEDS(), PROVIDES("trace"), set_up);

void write_record(TraceEvent event, std::span<const u64> fields)
{
    const arch::InterruptsOff interrupts_off;
    const unsigned cpu = arch::cpu_id();
    const kernel::Task* const task = arch::current_task();
    if (!rings[cpu])
        return;
    const RingWriter::Written written = rings[cpu].write({.event = static_cast<u16>(event),
                                                          .cpu = static_cast<u8>(cpu),
                                                          .words = 0,
                                                          .task = task != nullptr ? task->pid() : 0,
                                                          .tsc = arch::timestamp_counter()},
                                                         fields);
    if (channel == TraceChannel::exit)
        arch::drain_trace_ring(cpu);
    else if (written == RingWriter::Written::half_full)
        arch::ring_trace_doorbell(cpu);
}

} // namespace trace
