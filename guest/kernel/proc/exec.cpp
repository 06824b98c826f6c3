#include "kernel/proc/exec.hpp"

#include "arch/context.hpp"
#include "kernel/futex/futex.hpp"
#include "kernel/proc/clone.hpp"
#include "kernel/proc/process_table.hpp"
#include "kernel/sched/schedule.hpp"
#include "kernel/signal/send.hpp"

#include <utility>

namespace kernel::proc {
namespace {

/// The first thread's TID is the process's PID, and the one that is left is the first.
void take_over_pid(ProcessTable& table, Thread& thread)
{
    const Pid pid = thread.process.pid();
    if (thread.tid == pid)
        return;
    table.change_tid(thread, pid);
    sched::take_pid(pid);
}

} // namespace

Result<void> become_only_thread()
{
    Thread& thread = Thread::current();
    Process& process = thread.process;
    TRY(processes().with([&](ProcessTable&) -> Result<void> {
        if (process.is_exiting || process.sole_survivor != nullptr)
            return Errno::eagain;
        if (process.thread_count == 1 && thread.tid == process.pid())
            return {};
        process.sole_survivor = &thread;
        for (Thread& other : process.threads)
            if (&other != &thread)
                signal::kill_thread(other);
        return {};
    }));
    if (process.sole_survivor == nullptr)
        return {};
    process.stop_waits.wake_up_all();
    constexpr Wait killable{.state = TaskState::interruptible, .idle = true};
    static_cast<void>(process.thread_waits.wait(killable, [&] {
        return processes().with([&](ProcessTable&) { return process.thread_count == 1 || process.is_exiting; });
    }));
    return processes().with([&](ProcessTable& table) -> Result<void> {
        process.sole_survivor = nullptr;
        if (process.is_exiting)
            return Errno::eagain;
        take_over_pid(table, thread);
        return {};
    });
}

Result<void> unshare_for_exec()
{
    Process& process = Process::current();
    if (process.shares_files)
        TRY(process.unshare_files());
    process.shares_files = false;
    if (!process.shares_actions)
        return {};
    Ref<signal::Actions> actions = TRY(make_ref<signal::Actions>());
    processes().with([&](ProcessTable&) {
        actions->copy_from(*process.signals.actions);
        std::swap(process.signals.actions, actions);
    });
    process.shares_actions = false;
    return {};
}

void reset_for_exec(std::string_view name, Ref<StartStrings> strings)
{
    Thread& thread = Thread::current();
    Process& process = thread.process;
    thread.robust_list = 0; // both were addresses in the old memory
    thread.clear_child_tid = 0;
    thread.signals.stack = {};
    processes().with([&](ProcessTable&) {
        process.signals.actions->reset_handlers();
        process.has_executed = true;
        std::swap(process.start_strings, strings); // the old ones are dropped without the lock
        process.exit_signal = Signal::child;
        process.dumpable = true;
    });
    return_loan();
    process.open_files().close_on_exec();
    Task& task = thread.task;
    task.set_name(name);
    arch::release_fpu(task.context);
    arch::set_fs_base(task.context, 0);
    arch::set_gs_base(task.context, 0);
}

} // namespace kernel::proc
