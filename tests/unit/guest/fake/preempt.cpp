#include "arch/preempt.hpp"

namespace arch {
namespace {
thread_local u32 count = 0;
thread_local u32 pending = 0;
} // namespace

u32 preempt_count() { return count; }
void add_to_preempt_count(u32 amount) { count += amount; }
bool subtract_from_preempt_count(u32 amount) { return (count -= amount) == 0; }

/// A test's threads are all on CPUs of their own.
bool need_resched() { return false; }
void clear_need_resched() {}
void set_need_resched(unsigned) {}

u32 softirq_pending() { return pending; }
void add_softirq_pending(u32 mask) { pending |= mask; }
void clear_softirq_pending() { pending = 0; }

} // namespace arch
