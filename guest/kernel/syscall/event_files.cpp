// eventfd(2) and timerfd_create(2).
#include "kernel/event/event_file.hpp"
#include "kernel/event/timer_file.hpp"
#include "kernel/syscall/descriptors.hpp"
#include "kernel/syscall/syscalls.hpp"
#include "kernel/syscall/time_values.hpp"

namespace kernel::syscall {
namespace {

constexpr u32 cancel_on_set = 2; ///< TFD_TIMER_CANCEL_ON_SET

Result<event::TimerFile*> timer_of(const Ref<fs::File>& file)
{
    auto* const timer = fs::file_cast<event::TimerFile>(*file);
    if (timer == nullptr)
        return Errno::einval;
    return timer;
}

} // namespace

SyscallResult sys_eventfd2(u32 count, u32 flags)
{
    return install(TRY(event::make_event_file(count, flags)), (flags & fs::open_close_on_exec) != 0);
}

SyscallResult sys_eventfd(u32 count) { return sys_eventfd2(count, 0); }

SyscallResult sys_timerfd_create(u32 clock, u32 flags)
{
    const auto id = static_cast<ClockId>(clock);
    switch (id) {
    case ClockId::realtime:
    case ClockId::monotonic:
    case ClockId::boottime:
    case ClockId::realtime_alarm:
    case ClockId::boottime_alarm: break;
    default: return Errno::einval;
    }
    return install(TRY(event::make_timer_file(TRY(clock_of(id)), flags)), (flags & fs::open_close_on_exec) != 0);
}

SyscallResult sys_timerfd_settime(Descriptor descriptor, u32 flags, UserIn<TimerSpec> setting, UserOut<TimerSpec> old)
{
    const TimerSpec wanted = TRY(setting.read());
    if ((flags & ~(timer_absolute | cancel_on_set)) != 0)
        return Errno::einval;
    const event::TimerSetting fresh = TRY(to_timer_setting(wanted));
    const auto file = TRY(file_of(descriptor));
    auto* const timer = TRY(timer_of(file));
    const auto before = timer->set(fresh, (flags & timer_absolute) != 0, (flags & cancel_on_set) != 0);
    TRY(old.write_if_wanted(to_timer_spec(before)));
    return 0;
}

SyscallResult sys_timerfd_gettime(Descriptor descriptor, UserOut<TimerSpec> setting)
{
    const auto file = TRY(file_of(descriptor));
    TRY(setting.write(to_timer_spec(TRY(timer_of(file))->get())));
    return 0;
}

} // namespace kernel::syscall
