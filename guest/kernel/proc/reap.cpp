#include "kernel/proc/reap.hpp"

#include "kernel/signal/send.hpp"

#include <utility>

namespace kernel::proc {
namespace {

/// Who takes the children: the nearest ancestor that has asked for it (PR_SET_CHILD_SUBREAPER), or else init.
Process& reaper_of(ProcessTable& table, const Process& process)
{
    for (Process* ancestor = process.parent; ancestor != nullptr; ancestor = ancestor->parent)
        if (ancestor->is_subreaper && !ancestor->is_exiting)
            return *ancestor;
    return *table.init();
}

/// SIGHUP and SIGCONT to the stopped processes of a group that nobody would continue any more.
void release_orphans(ProcessTable& table, Pid group)
{
    bool any_stopped = false;
    table.for_each_of_group(group, [&](const Process& member) { any_stopped |= member.is_stopped; });
    if (!any_stopped || !is_orphaned_group(table, group, nullptr))
        return;
    table.for_each_of_group(group, [](Process& member) {
        static_cast<void>(signal::send_locked(member, nullptr, signal::Info::from_kernel(Signal::hup)));
        static_cast<void>(signal::send_locked(member, nullptr, signal::Info::from_kernel(Signal::cont)));
    });
}

using Reaped = List<Process, &Process::in_parent>;

void adopt(Process& child, Process& reaper)
{
    child.parent->children.erase(child.parent->children.iterator_to(child));
    child.parent = &reaper;
    reaper.children.push_back(child);
}

/// Adopted zombies that their new parent does not care about go to `unwanted`.
void give_children_away(ProcessTable& table, Process& process, Reaped& unwanted)
{
    if (process.children.empty())
        return;
    Process& reaper = reaper_of(table, process);
    while (!process.children.empty()) {
        Process& child = process.children.front();
        adopt(child, reaper);
        for (const Thread& thread : child.threads)
            if (thread.parent_death != Signal::none)
                static_cast<void>(signal::send_locked(
                    child, &child.threads.front(),
                    signal::Info::from_sender(thread.parent_death, signal::by_user, process.pid(), process.ended_uid)));
        child.exit_signal = Signal::child;
        if (child.state == Process::State::zombie && !signal::notify_end(child)) {
            reaper.children.erase(reaper.children.iterator_to(child));
            child.parent = nullptr;
            unwanted.push_back(child);
        } else if (child.group != process.group && child.session.get() == process.session.get()) {
            release_orphans(table, child.group);
        }
    }
}

} // namespace

Ref<Process> reap(ProcessTable& table, Process& zombie)
{
    if (zombie.parent != nullptr)
        zombie.parent->children.erase(zombie.parent->children.iterator_to(zombie));
    zombie.parent = nullptr;
    return table.remove(zombie);
}

void end_process(Process& process)
{
    process.release_memory();
    Reaped unwanted;
    processes().with([&](ProcessTable& table) {
        process.state = Process::State::zombie;
        process.signals.pending.remove(~signal::SignalSet{});
        give_children_away(table, process, unwanted);
        const Pid group = process.group;
        const bool wanted = signal::notify_end(process);
        if (process.parent->group != group && process.parent->session.get() == process.session.get())
            release_orphans(table, group);
        if (!wanted) {
            process.parent->children.erase(process.parent->children.iterator_to(process));
            process.parent = nullptr;
            unwanted.push_back(process);
        }
    });
    while (!unwanted.empty()) {
        Process& gone = unwanted.front();
        unwanted.pop_front();
        const Ref<Process> last = processes().with([&](ProcessTable& table) { return table.remove(gone); });
    }
}

} // namespace kernel::proc
