#include "kernel/proc/clone.hpp"

#include "arch/clock.hpp"
#include "arch/context.hpp"
#include "arch/user_access.hpp"
#include "kernel/proc/process_table.hpp"
#include "kernel/sched/schedule.hpp"
#include "kernel/signal/send.hpp"

#include <utility>

namespace kernel::proc {
namespace {

/// What needs namespaces and control groups of one's own, or a tracer.
constexpr u64 unsupported = clone_mounts | clone_cgroup | clone_uts | clone_ipc | clone_users | clone_pids | clone_net |
                            clone_into_cgroup | clone_pidfd;

Result<void> check(const CloneRequest& request)
{
    const auto has = [&](u64 flag) { return (request.flags & flag) != 0; };
    if (has(unsupported))
        return Errno::einval;
    if (has(clone_thread) && !has(clone_actions))
        return Errno::einval;
    if (has(clone_actions) && !has(clone_memory))
        return Errno::einval;
    if (has(clone_actions) && has(clone_clear_actions))
        return Errno::einval;
    // All threads of a process have one of each here.
    if (has(clone_thread) && (!has(clone_files) || !has(clone_context)))
        return Errno::einval;
    const bool is_init = Process::current().pid() == init_pid;
    if (has(clone_parent) && !has(clone_thread) && is_init)
        return Errno::einval;
    return {};
}

template <typename T>
Result<Ref<T>> shared_or_copied(const Ref<T>& mine, bool shared)
{
    if (shared)
        return mine;
    return mine->duplicate();
}

Result<Ref<signal::Actions>> make_actions(Process& parent, u64 flags)
{
    if ((flags & clone_actions) != 0)
        return parent.signals.actions;
    auto actions = TRY(make_ref<signal::Actions>());
    processes().with([&](ProcessTable&) { actions->copy_from(*parent.signals.actions); });
    if ((flags & clone_clear_actions) != 0)
        actions->clear_handlers();
    return actions;
}

Result<Ref<Process>> make_process(Process& parent, Pid pid, u64 flags)
{
    auto memory = TRY(shared_or_copied(parent.address_space_reference(), (flags & clone_memory) != 0));
    auto context = TRY(shared_or_copied(parent.context_reference(), (flags & clone_context) != 0));
    auto files = TRY(shared_or_copied(parent.open_files_reference(), (flags & clone_files) != 0));
    auto actions = TRY(make_actions(parent, flags));
    auto child = TRY(make_ref<Process>(pid, std::move(memory), std::move(context), std::move(files)));
    child->signals.actions = std::move(actions);
    if ((flags & clone_actions) != 0)
        child->shares_actions = parent.shares_actions = true;
    if ((flags & clone_files) != 0)
        child->shares_files = parent.shares_files = true;
    return child;
}

/// Where a new thread begins.
void start_thread(void* argument)
{
    const Thread& thread = *static_cast<Thread*>(argument);
    if (thread.set_child_tid != 0) // an address where nothing is mapped is the child's own fault
        static_cast<void>(arch::copy_to_user({thread.set_child_tid}, std::as_bytes(std::span{&thread.tid, 1})));
    arch::enter_user(thread.first_frame);
}

/// A task that nobody has seen yet, with what it needs to be a thread; gives it back if that is not all to be had.
class NewTask {
public:
    explicit NewTask(Task& task) : task_{&task} {}
    NewTask(const NewTask&) = delete;
    NewTask& operator=(const NewTask&) = delete;
    ~NewTask()
    {
        if (task_ != nullptr)
            sched::discard_task(*task_);
    }
    Task& operator*() const { return *task_; }
    Task* operator->() const { return task_; }
    Task& release() { return *std::exchange(task_, nullptr); }

private:
    Task* task_;
};

Result<void> copy_registers(Task& child, Thread& thread, const CloneRequest& request)
{
    Task& parent = Task::current();
    TRY(arch::copy_fpu(parent.context, child.context));
    arch::inherit_segment_bases(parent.context, child.context);
    if ((request.flags & clone_tls) != 0)
        child.context.fs_base = request.tls;
    thread.first_frame = arch::user_registers(parent.context);
    arch::set_syscall_result(thread.first_frame, 0);
    if (request.stack != 0)
        thread.first_frame.rsp = request.stack;
    return {};
}

void copy_signal_state(Thread& thread, u64 flags)
{
    const signal::ThreadSignals& mine = Thread::current().signals;
    thread.signals.blocked = mine.blocked;
    if ((flags & (clone_memory | clone_vfork)) != clone_memory) // or else the two would use one stack
        thread.signals.stack = mine.stack;
}

/// Process lock held. Where the child belongs.
void join_family(Process& child, Process& creator, const CloneRequest& request)
{
    Process& parent = (request.flags & clone_parent) != 0 ? *creator.parent : creator;
    child.parent = &parent;
    child.exit_signal = (request.flags & clone_parent) != 0 ? creator.exit_signal : request.exit_signal;
    child.group = creator.group;
    child.session = creator.session;
    child.limits = creator.limits;
    child.start_strings = creator.start_strings;
    child.personality = creator.personality;
    child.dumpable = creator.dumpable;
    child.start_time = arch::monotonic_nanoseconds();
    parent.children.push_back(child);
}

void publish(Ref<Process> process, Thread& thread, const CloneRequest& request)
{
    Process& creator = Process::current();
    processes().with([&](ProcessTable& table) {
        const bool is_thread = process.get() == &creator;
        if (!is_thread) {
            join_family(*process, creator, request);
            table.add(process);
        }
        table.add(thread);
        if (is_thread && (creator.is_exiting || creator.sole_survivor != nullptr))
            signal::kill_thread(thread);
        signal::recalculate(thread);
    });
    thread.task.thread = &thread;
    thread.task.process = process.leak();
}

/// vfork(2): until the child has another memory, or is gone, or somebody kills the parent.
void wait_for_loan(Loan& loan)
{
    constexpr Wait killable{.state = TaskState::interruptible, .idle = true};
    static_cast<void>(loan.waits.wait(
        killable, [&] { return loan.returned.load(Order::acquire) || (signal::pending() && signal::kill_pending()); }));
}

bool is_limit_reached()
{
    constexpr u32 max_threads = 4096;
    const u32 threads = processes().with([](ProcessTable& table) { return table.thread_count(); });
    const bool may_exceed = capable(Capability::sys_admin) || capable(Capability::sys_resource);
    return threads >= max_threads || (!may_exceed && threads >= soft_limit(Resource::processes));
}

} // namespace

Result<Pid> clone(const CloneRequest& request)
{
    TRY(check(request));
    if (signal::pending())
        return Errno::erestartnointr; // it is for this process alone
    if (is_limit_reached())
        return Errno::eagain;
    Process& creator = Process::current();
    NewTask task { *TRY(sched::create_task(Task::current().name(), start_thread, nullptr)) };
    TRY(sched::inherit_scheduling(*task));
    auto process = (request.flags & clone_thread) != 0 ? Result<Ref<Process>>{Ref<Process>::share(&creator)}
                                                       : make_process(creator, task->pid(), request.flags);
    if (!process)
        return process.error();
    auto thread = TRY(make_box<Thread>(*task, *process.value(), credentials_reference()));
    TRY(copy_registers(*task, *thread, request));
    copy_signal_state(*thread, request.flags);
    if ((request.flags & clone_child_set_tid) != 0)
        thread->set_child_tid = request.child_tid;
    if ((request.flags & clone_child_clear_tid) != 0)
        thread->clear_child_tid = request.child_tid;
    Ref<Loan> loan;
    if ((request.flags & clone_vfork) != 0)
        thread->loan = loan = TRY(make_ref<Loan>());
    const Pid pid = task->pid();
    if ((request.flags & clone_parent_set_tid) != 0)
        static_cast<void>(arch::copy_to_user({request.parent_tid}, std::as_bytes(std::span{&pid, 1})));

    task->entry_argument = thread.get();
    publish(process.release(), *thread.release(), request);
    sched::wake(task.release());
    if (loan)
        wait_for_loan(*loan);
    return pid;
}

void return_loan()
{
    Thread& thread = Thread::current();
    const Ref<Loan> loan = processes().with([&](ProcessTable&) { return std::exchange(thread.loan, {}); });
    if (!loan)
        return;
    loan->returned.store(true, Order::release);
    loan->waits.wake_up_all();
}

} // namespace kernel::proc
