#include "kernel/proc/process_table.hpp"

#include "kernel/sched/usage.hpp"
#include "lib/late.hpp"

namespace kernel::proc {
namespace {

Late<Locked<ProcessTable, IrqSafe>> table;

} // namespace

void ProcessTable::add(Ref<Process> process)
{
    processes_.insert(*process.leak());
    ++process_count_;
}

Ref<Process> ProcessTable::remove(Process& process)
{
    processes_.erase(processes_.iterator_to(process));
    --process_count_;
    return Ref<Process>::adopt(&process);
}

void ProcessTable::add(Thread& thread)
{
    threads_.insert(thread);
    ++thread_count_;
    Process& process = thread.process;
    process.threads.push_back(thread);
    ++process.thread_count;
    ++process.live_threads;
}

void ProcessTable::remove(Thread& thread)
{
    threads_.erase(threads_.iterator_to(thread));
    --thread_count_;
    Process& process = thread.process;
    process.threads.erase(process.threads.iterator_to(thread));
    --process.thread_count;
}

void ProcessTable::change_tid(Thread& thread, Pid tid)
{
    threads_.erase(threads_.iterator_to(thread));
    thread.tid = tid;
    threads_.insert(thread);
}

Process* ProcessTable::find(Pid pid)
{
    const auto found = processes_.find(pid);
    return found == processes_.end() ? nullptr : &*found;
}

Thread* ProcessTable::find_thread(Pid tid)
{
    const auto found = threads_.find(tid);
    return found == threads_.end() ? nullptr : &*found;
}

Process* ProcessTable::first_from(Pid pid)
{
    const auto found = processes_.lower_bound(pid);
    return found == processes_.end() ? nullptr : &*found;
}

void set_up_process_table() { table.construct(); }

Locked<ProcessTable, IrqSafe>& processes() { return *table; }

Result<Ref<Process>> find_process(Pid pid)
{
    return processes().with([&](ProcessTable& all) -> Result<Ref<Process>> {
        Process* const process = all.find(pid);
        if (process == nullptr)
            return Errno::esrch;
        return Ref<Process>::share(process);
    });
}

sched::Usage usage_of(Process& process)
{
    sched::Usage sum = process.ended_threads;
    for (const Thread& thread : process.threads)
        sum += sched::usage_of(thread.task);
    return sum;
}

u32 real_uid(const Process& process)
{
    return process.threads.empty() ? process.ended_uid : process.threads.front().credentials->uid;
}

bool is_orphaned_group(ProcessTable& all, Pid group, const Process* without)
{
    bool orphaned = true;
    all.for_each_of_group(group, [&](const Process& member) {
        const Process* const parent = member.parent;
        if (&member == without || member.state == Process::State::zombie || parent == nullptr ||
            parent->pid() == init_pid)
            return;
        if (parent->group != group && parent->session.get() == member.session.get())
            orphaned = false;
    });
    return orphaned;
}

bool is_orphaned_group(Pid group)
{
    return processes().with([&](ProcessTable& all) { return is_orphaned_group(all, group, nullptr); });
}

Result<Ref<Session>> session_of_group(Pid group)
{
    Ref<Session> session;
    processes().with([&](ProcessTable& all) {
        all.for_each_of_group(group, [&](const Process& member) { session = member.session; });
    });
    if (!session)
        return Errno::esrch;
    return session;
}

} // namespace kernel::proc
