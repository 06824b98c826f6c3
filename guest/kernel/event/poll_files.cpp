#include "kernel/event/poll_files.hpp"

#include "kernel/event/poll_waiter.hpp"

namespace kernel::event {
namespace {

/// How many of the files are ready. From the first that is, nobody needs to wait on queues any more.
u32 look(std::span<PolledFile> files, PollWaiter* waiter, u32 already)
{
    u32 count = already;
    for (PolledFile& polled : files) {
        if (!polled.file)
            continue;
        if (waiter != nullptr)
            waiter->want(polled.wanted);
        polled.found = polled.file->poll(count == 0 ? waiter : nullptr) & polled.wanted;
        count += polled.found ? 1 : 0;
    }
    return count;
}

} // namespace

Result<u32> poll_files(std::span<PolledFile> files, u64 deadline, u32 already)
{
    if (deadline == 0 || already != 0)
        return look(files, nullptr, already);
    PollWaiter waiter;
    u32 count = look(files, &waiter, 0);
    for (bool in_time = true; count == 0 && in_time; count = look(files, nullptr, 0)) {
        if (waiter.failed())
            return Errno::enomem;
        if (Task::current().signal_pending())
            return Errno::erestartnohand;
        in_time = waiter.sleep_until(deadline);
    }
    return count;
}

} // namespace kernel::event
