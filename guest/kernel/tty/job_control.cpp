#include "kernel/tty/job_control.hpp"

#include "kernel/proc/credentials.hpp"
#include "kernel/proc/process_table.hpp"
#include "kernel/signal/signal.hpp"
#include "kernel/tty/terminal.hpp"

namespace kernel::tty {
namespace {

using proc::processes;
using proc::ProcessTable;

void signal_group(Pid group, Signal signal)
{
    if (group != 0)
        static_cast<void>(signal::send_to_group(group, signal::Info::from_kernel(signal)));
}

// Process lock held, as far as the comments go that end in a line.

/// Nobody's session has a terminal before there is one.
Terminal* terminal_of(const Process& process)
{
    return process.session ? static_cast<Terminal*>(process.session->terminal.get()) : nullptr;
}

bool is_leader(const Process& process) { return process.session && process.session->id == process.pid(); }

void give_to(Process& process, const Ref<Terminal>& terminal)
{
    process.session->terminal = terminal;
    terminal->session.store(process.session->id, Order::relaxed);
    terminal->foreground.store(process.group, Order::relaxed);
}

/// The session's reference to it, to be dropped without the lock.
Ref<RefCounted> take_from(Session& session)
{
    auto* const terminal = static_cast<Terminal*>(session.terminal.get());
    if (terminal != nullptr) {
        terminal->session.store(0, Order::relaxed);
        terminal->foreground.store(0, Order::relaxed);
    }
    return std::move(session.terminal);
}

Session* find_session(ProcessTable& table, Pid id)
{
    Session* found = nullptr;
    table.for_each([&](Process& process) {
        if (process.session && process.session->id == id)
            found = process.session.get();
    });
    return found;
}

// ----

/// Of the running process.
bool is_controlling(const Terminal& terminal)
{
    return processes().with([&](ProcessTable&) { return terminal_of(Process::current()) == &terminal; });
}

} // namespace

Ref<Terminal> controlling_terminal()
{
    return processes().with([](ProcessTable&) {
        Terminal* const terminal = terminal_of(Process::current());
        return terminal != nullptr ? Ref<Terminal>::share(terminal) : Ref<Terminal>{};
    });
}

Result<void> check_foreground(Terminal& terminal, Signal signal)
{
    const Pid foreground = terminal.foreground.load(Order::relaxed);
    Pid group = 0;
    bool orphaned = false;
    const bool background = processes().with([&](ProcessTable& table) {
        const Process& process = Process::current();
        group = process.group;
        if (terminal_of(process) != &terminal || foreground == 0 || foreground == group)
            return false;
        orphaned = proc::is_orphaned_group(table, group);
        return true;
    });
    if (!background)
        return {};
    if (signal::is_blocked_or_ignored(signal))
        return signal == Signal::ttin ? Result<void>{Errno::eio} : Result<void>{};
    if (orphaned)
        return Errno::eio;
    signal_group(group, signal);
    return Errno::erestartsys;
}

void signal_foreground(Terminal& terminal, Signal signal)
{
    signal_group(terminal.foreground.load(Order::relaxed), signal);
}

void acquire(const Ref<Terminal>& terminal)
{
    processes().with([&](ProcessTable&) {
        Process& process = Process::current();
        if (is_leader(process) && terminal_of(process) == nullptr && terminal->session.load(Order::relaxed) == 0)
            give_to(process, terminal);
    });
}

Result<void> acquire_explicitly(const Ref<Terminal>& terminal, bool steal)
{
    const bool may_steal = steal && capable(Capability::sys_admin);
    Ref<RefCounted> taken;
    return processes().with([&](ProcessTable& table) -> Result<void> {
        Process& process = Process::current();
        const Pid holder = terminal->session.load(Order::relaxed);
        if (is_leader(process) && holder == process.session->id)
            return {};
        if (!is_leader(process) || terminal_of(process) != nullptr)
            return Errno::eperm;
        if (holder != 0 && !may_steal)
            return Errno::eperm;
        if (Session* const robbed = holder != 0 ? find_session(table, holder) : nullptr)
            taken = take_from(*robbed);
        give_to(process, terminal);
        return {};
    });
}

Result<void> give_up(Terminal& terminal)
{
    Ref<RefCounted> taken;
    Pid foreground = 0;
    const auto given = processes().with([&](ProcessTable&) -> Result<void> {
        Process& process = Process::current();
        if (terminal_of(process) != &terminal)
            return Errno::enotty;
        if (!is_leader(process))
            return Errno::eperm;
        foreground = terminal.foreground.load(Order::relaxed);
        taken = take_from(*process.session);
        return {};
    });
    if (given) {
        signal_group(foreground, Signal::hup);
        signal_group(foreground, Signal::cont);
    }
    return given;
}

Result<Pid> foreground_group(Terminal& terminal, bool from_outside)
{
    if (!from_outside && !is_controlling(terminal))
        return Errno::enotty;
    return terminal.foreground.load(Order::relaxed);
}

Result<Pid> session_of(Terminal& terminal, bool from_outside)
{
    const Pid session = terminal.session.load(Order::relaxed);
    if (session == 0 || (!from_outside && !is_controlling(terminal)))
        return Errno::enotty;
    return session;
}

Result<void> set_foreground_group(Terminal& terminal, i32 group)
{
    if (group < 0)
        return Errno::einval;
    return processes().with([&](ProcessTable& table) -> Result<void> {
        const Process& process = Process::current();
        if (terminal_of(process) != &terminal)
            return Errno::enotty;
        bool ours = false;
        const auto look = [&](const Process& member) { ours = ours || member.session.get() == process.session.get(); };
        if (table.for_each_of_group(static_cast<Pid>(group), look) == 0)
            return Errno::esrch;
        if (!ours)
            return Errno::eperm;
        terminal.foreground.store(static_cast<Pid>(group), Order::relaxed);
        return {};
    });
}

void release_session(Terminal& terminal, bool leader_ends)
{
    Ref<RefCounted> taken;
    Ref<Process> leader;
    const Pid foreground = terminal.foreground.load(Order::relaxed);
    processes().with([&](ProcessTable& table) {
        const Pid id = terminal.session.load(Order::relaxed);
        Session* const session = id != 0 ? find_session(table, id) : nullptr;
        if (session == nullptr)
            return;
        if (Process* const process = table.find(id))
            leader = Ref<Process>::share(process);
        taken = take_from(*session);
    });
    if (!leader)
        return;
    static_cast<void>(signal::send(*leader, signal::Info::from_kernel(Signal::hup)));
    static_cast<void>(signal::send(*leader, signal::Info::from_kernel(Signal::cont)));
    if (leader_ends)
        signal_group(foreground, Signal::hup);
}

void leave_terminal()
{
    if (!processes().with([](ProcessTable&) { return is_leader(Process::current()); }))
        return;
    const Ref<Terminal> terminal = controlling_terminal();
    if (!terminal)
        return;
    if (terminal->hangs_up_with_its_session())
        return terminal->hang_up(true);
    const Pid foreground = terminal->foreground.load(Order::relaxed);
    const Ref<RefCounted> taken =
        processes().with([](ProcessTable&) { return take_from(*Process::current().session); });
    signal_group(foreground, Signal::hup);
}

} // namespace kernel::tty
