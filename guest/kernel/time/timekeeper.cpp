#include "kernel/time/timekeeper.hpp"

namespace kernel::time {

u64 Timekeeper::monotonic() const
{
    for (;;) {
        const u32 before = __atomic_load_n(&sequence_, __ATOMIC_ACQUIRE);
        // Acquire: none of these is put off until behind the second look at the count.
        const ClockSource* const clock = __atomic_load_n(&source_, __ATOMIC_ACQUIRE);
        const u64 base_cycles = __atomic_load_n(&base_cycles_, __ATOMIC_ACQUIRE);
        const u64 base_nanoseconds = __atomic_load_n(&base_nanoseconds_, __ATOMIC_ACQUIRE);
        if (clock == nullptr) [[unlikely]]
            return 0;
        const u64 passed = clock->elapsed(base_cycles, clock->read());
        if ((before & 1) == 0 && __atomic_load_n(&sequence_, __ATOMIC_RELAXED) == before) [[likely]]
            return base_nanoseconds + clock->to_nanoseconds.apply(passed);
    }
}

void Timekeeper::use(const ClockSource& source)
{
    change([&] {
        const u64 now = source_ == nullptr ? 0 : told_at(source_->read());
        write(base_cycles_, source.read());
        write(base_nanoseconds_, now);
        write(source_, &source);
    });
}

void Timekeeper::advance()
{
    change([&] {
        const u64 cycles = source_->read();
        if (source_->elapsed(base_cycles_, cycles) == 0)
            return; // another CPU's counter is ahead of this one's: what that one said must stay true
        write(base_nanoseconds_, told_at(cycles));
        write(base_cycles_, cycles);
    });
}

/// Rounded up: the nanosecond that readers were not told yet is no step back.
u64 Timekeeper::told_at(u64 cycles) const
{
    return base_nanoseconds_ + source_->to_nanoseconds.apply(source_->elapsed(base_cycles_, cycles)) + 1;
}

u64 Timekeeper::longest_pause() const
{
    const ClockSource* const clock = source();
    return clock == nullptr ? 0 : clock->to_nanoseconds.apply(clock->mask >> 2);
}

} // namespace kernel::time
