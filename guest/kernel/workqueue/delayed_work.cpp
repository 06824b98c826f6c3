#include "arch/cpu.hpp"
#include "kernel/time/timer_list.hpp"
#include "kernel/workqueue/workqueue.hpp"

namespace kernel {

void DelayedWork::expired(time::WheelTimer& timer)
{
    auto& work = static_cast<DelayedWork&>(timer);
    work.queue_->insert(work, work.cpu_);
}

void Workqueue::start_delay(DelayedWork& work, u64 nanoseconds)
{
    work.cpu_ = arch::cpu_id();
    work.queue_ = this;
    if (nanoseconds == 0)
        return insert(work, work.cpu_);
    time::mod_timer(work, time::jiffies() + time::jiffies_of(nanoseconds));
}

bool Workqueue::queue_delayed(DelayedWork& work, u64 nanoseconds)
{
    if (__atomic_exchange_n(&work.pending_, true, __ATOMIC_ACQ_REL))
        return false;
    start_delay(work, nanoseconds);
    return true;
}

} // namespace kernel
