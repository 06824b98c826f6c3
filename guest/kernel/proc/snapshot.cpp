#include "kernel/proc/snapshot.hpp"

#include "kernel/sched/task_table.hpp"

namespace kernel::proc {
namespace {

char letter_of(TaskState state)
{
    switch (state) {
    case TaskState::running: return 'R';
    case TaskState::uninterruptible: return 'D';
    case TaskState::stopped: return 'T';
    case TaskState::zombie: return 'Z';
    case TaskState::dead: return 'X';
    default: return 'S';
    }
}

void set_name(Snapshot& to, std::string_view name) { __builtin_memcpy(to.name, name.data(), name.size()); }

void describe_task(Snapshot& to, const Task& task)
{
    set_name(to, task.name());
    to.state = letter_of(task.state());
    to.nice = task.sched.nice;
    to.rt_priority = task.sched.rt_priority;
    to.policy = static_cast<u32>(task.sched.policy);
    to.cpu = task.cpu;
}

void describe_credentials(Snapshot& to, const Credentials& who)
{
    const u32 uids[] = {who.uid, who.euid, who.suid, who.fsuid};
    const u32 gids[] = {who.gid, who.egid, who.sgid, who.fsgid};
    __builtin_memcpy(to.uids, uids, sizeof uids);
    __builtin_memcpy(to.gids, gids, sizeof gids);
    to.inheritable = who.inheritable;
    to.permitted = who.permitted;
    to.effective = who.effective;
    to.bounding = who.bounding;
    to.ambient = who.ambient;
    to.no_new_privileges = who.no_new_privileges;
}

void describe_signals(Snapshot& to, const Process& process, const Thread& thread)
{
    to.pending = thread.signals.pending.set();
    to.shared_pending = process.signals.pending.set();
    to.blocked = thread.signals.blocked;
    for (unsigned number = 1; number <= signal::signal_count; ++number) {
        const auto which = static_cast<Signal>(number);
        const signal::Action action = process.signals.actions->get(which);
        if (action.is_handler())
            to.caught.add(which);
        else if (action.handler == signal::Action::ignored)
            to.ignored.add(which);
    }
}

void describe_process(Snapshot& to, Process& process)
{
    to.parent = process.parent != nullptr ? process.parent->pid() : 0;
    to.group = process.group;
    to.session = process.session ? process.session->id : 0;
    to.own = usage_of(process);
    to.children = process.waited_children;
    to.threads = process.thread_count;
    to.start_time = process.start_time;
    to.exit_signal = static_cast<i32>(process.exit_signal);
    if (process.threads.empty()) {
        to.state = 'Z';
        to.exit_status = process.wait_status;
        to.uids[0] = to.uids[1] = to.uids[2] = to.uids[3] = process.ended_uid;
        set_name(to, process.ended_name);
        return;
    }
    const Thread& first = process.threads.front();
    describe_task(to, first.task);
    if (process.is_stopped)
        to.state = 'T';
    describe_credentials(to, *first.credentials);
    describe_signals(to, process, first);
}

} // namespace

Result<Snapshot> snapshot_of(Pid pid)
{
    Snapshot result;
    result.pid = pid;
    const bool is_process = processes().with([&](ProcessTable& table) {
        Process* const process = table.find(pid);
        if (process != nullptr)
            describe_process(result, *process);
        return process != nullptr;
    });
    if (is_process)
        return result;
    bool is_thread_of_process = false;
    const bool found = sched::with_task(pid, [&](Task& task) {
        is_thread_of_process = task.thread != nullptr;
        describe_task(result, task);
        result.is_kernel_thread = true;
    });
    if (!found || is_thread_of_process)
        return Errno::esrch;
    return result;
}

} // namespace kernel::proc
