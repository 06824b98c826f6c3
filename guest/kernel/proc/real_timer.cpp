#include "kernel/proc/real_timer.hpp"

#include "kernel/proc/process.hpp"
#include "kernel/signal/signal.hpp"

namespace kernel::proc {

void RealTimer::expired(u64) { static_cast<void>(signal::send(process_, signal::Info::from_kernel(Signal::alarm))); }

event::TimerSetting RealTimer::set(const event::TimerSetting& setting)
{
    return settings_.with([&](int) {
        const event::TimerSetting before = IntervalTimer::get();
        IntervalTimer::set(time::Clock::monotonic, setting, false);
        return before;
    });
}

event::TimerSetting RealTimer::get()
{
    return settings_.with([&](int) { return IntervalTimer::get(); });
}

Result<event::TimerSetting> set_real_timer(const event::TimerSetting& setting)
{
    Process& process = Process::current();
    RealTimer* timer = process.real_timer.load(Order::acquire);
    if (timer == nullptr) {
        if (setting.value == 0)
            return event::TimerSetting{};
        auto fresh = TRY(make_box<RealTimer>(process));
        if (process.real_timer.compare_exchange(timer, fresh.get(), Order::acq_rel))
            timer = fresh.release();
    }
    return timer->set(setting);
}

event::TimerSetting real_timer()
{
    RealTimer* const timer = Process::current().real_timer.load(Order::acquire);
    return timer == nullptr ? event::TimerSetting{} : timer->get();
}

} // namespace kernel::proc
