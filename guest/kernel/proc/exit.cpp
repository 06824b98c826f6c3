#include "arch/context.hpp"
#include "arch/cpu.hpp"
#include "kernel/futex/futex.hpp"
#include "kernel/proc/clone.hpp"
#include "kernel/proc/process_table.hpp"
#include "kernel/proc/reap.hpp"
#include "kernel/proc/tear_down.hpp"
#include "kernel/sched/schedule.hpp"
#include "kernel/signal/send.hpp"
#include "kernel/sync/atomic.hpp"
#include "kernel/test/leak_check.hpp"
#include "kernel/trace/tracepoint.hpp"
#include "kernel/tty/job_control.hpp"

#include <utility>

namespace kernel::proc {
namespace {

constexpr i32 exited(u8 status) { return i32{status} << 8; }

/// PID 1's end is the end of everything: as the status of a shell would show it. Returns to a thread that finds another
/// at it already, which waits for this one's end.
void end_machine(i32 wait_status)
{
    constexpr int killed = 128;
    const int killer = wait_status & 0x7f;
    const int status = killer == 0 ? wait_status >> 8 : killed + killer;
    if (leak_check_is_wanted()) {
        static constinit Atomic<bool> begun;
        if (begun.exchange(true, Order::relaxed))
            return;
        tear_down();
    }
    trace::task_exit(init_pid, status);
    arch::power_off(static_cast<u8>(status));
}

/// What the running thread still owes others while it has its memory.
void settle_debts(Thread& thread)
{
    futex::release_robust_list(thread);
    if (thread.clear_child_tid != 0)
        futex::clear_and_wake(thread.clear_child_tid);
    return_loan();
}

/// Says that the running thread is about to go. Whether it is the last.
bool begin_end(Thread& thread, i32 wait_status)
{
    return processes().with([&](ProcessTable&) {
        Process& process = thread.process;
        thread.is_exiting = true;
        const bool last = --process.live_threads == 0;
        if (thread.tid == process.pid())
            process.leader_status = wait_status;
        if (last && !process.is_exiting) {
            process.is_exiting = true;
            process.wait_status = process.leader_status;
        }
        signal::pass_on(process, thread);
        return last;
    });
}

void note_name(Process& process, const Thread& thread)
{
    const std::string_view name = thread.task.name();
    __builtin_memcpy(process.ended_name, name.data(), name.size());
    process.ended_uid = thread.credentials->uid;
}

/// The running task is no thread any more from here on. `process` is what it was one of.
void leave_process(Process& process)
{
    Task& task = Task::current();
    Box<Thread> thread;
    bool last = false;
    const sched::Usage usage = sched::usage_of(task);
    processes().with([&](ProcessTable& table) {
        note_name(process, *task.thread);
        process.ended_threads += usage;
        table.remove(*task.thread);
        thread = Box<Thread>{std::exchange(task.thread, nullptr)};
        last = process.threads.empty();
        process.thread_waits.wake_up_all();
    });
    if (last)
        end_process(process);
}

} // namespace

/// By a thread of a process that ends with `wait_status`, unless that has been decided already.
[[noreturn]] static void end_thread(i32 wait_status)
{
    Thread& thread = Thread::current();
    Process& process = thread.process;
    const bool last = begin_end(thread, wait_status);
    if (last && process.pid() == init_pid)
        end_machine(process.wait_status);
    settle_debts(thread);
    if (last) {
        process.close_files();
        tty::leave_terminal();
    }
    {
        const Ref<Process> left = Process::leave();
        leave_process(process);
    }
    sched::exit_task(wait_status >> 8);
}

void end_with_process()
{
    const Process& process = Process::current();
    if (process.pid() == init_pid)
        end_machine(process.wait_status);
    end_thread(process.wait_status);
}

void exit_thread(u8 status) { end_thread(exited(status)); }

static void begin_exit(i32 wait_status)
{
    Process& process = Process::current();
    processes().with([&](ProcessTable&) { signal::begin_exit(process, wait_status); });
}

void exit_process(u8 status)
{
    begin_exit(exited(status));
    end_with_process();
}

void kill_process(Signal signal, bool dumped)
{
    constexpr i32 core_flag = 0x80;
    const i32 status = static_cast<i32>(signal) | (dumped ? core_flag : 0);
    begin_exit(status);
    end_with_process();
}

} // namespace kernel::proc
