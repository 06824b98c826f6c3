#include "kernel/proc/wait.hpp"

#include "kernel/proc/reap.hpp"
#include "kernel/signal/info.hpp"

#include <optional>

namespace kernel::proc {
namespace {

constexpr i32 stopped_mark = 0x7f;
constexpr i32 continued_status = 0xffff;
constexpr i32 core_flag = 0x80;

bool is_meant(const Process& child, const WaitTarget& target, u32 options)
{
    if (target.kind == WaitTarget::Kind::process && child.pid() != target.pid)
        return false;
    if (target.kind == WaitTarget::Kind::group && child.group != target.pid)
        return false;
    const bool is_clone = child.exit_signal != Signal::child;
    return (options & wait_all) != 0 || is_clone == ((options & wait_clones) != 0);
}

i32 code_of_end(i32 status)
{
    if ((status & 0x7f) == 0)
        return signal::child_exited;
    return (status & core_flag) != 0 ? signal::child_dumped : signal::child_killed;
}

/// One look at the children, with the process lock held.
class Look {
public:
    Look(ProcessTable& table, Process& parent, const WaitTarget& target, u32 options)
        : table_{table}, parent_{parent}, target_{target}, options_{options}
    {}

    /// Whether there is anything to tell: a result, or that there is nobody to wait for.
    bool succeeds(std::optional<Result<WaitResult>>& result, Ref<Process>& reaped)
    {
        bool any = false;
        for (Process& child : parent_.children) {
            if (!is_meant(child, target_, options_))
                continue;
            any = true;
            if (const auto found = look_at(child, reaped)) {
                result.emplace(*found);
                return true;
            }
        }
        if (!any)
            result.emplace(Errno::echild);
        return !any;
    }

private:
    bool wants(u32 option) const { return (options_ & option) != 0; }

    std::optional<WaitResult> look_at(Process& child, Ref<Process>& reaped)
    {
        if (child.state == Process::State::zombie)
            return wants(wait_exited) ? std::optional{ended(child, reaped)} : std::nullopt;
        if (child.stop_status != 0 && wants(wait_stopped))
            return stopped(child);
        if (child.was_continued && wants(wait_continued))
            return continued(child);
        return std::nullopt;
    }

    WaitResult ended(Process& child, Ref<Process>& reaped)
    {
        const i32 status = child.wait_status;
        const WaitResult result = describe(child, status, code_of_end(status));
        if (!wants(wait_keep)) {
            parent_.waited_children += child.ended_threads;
            parent_.waited_children += child.waited_children;
            reaped = reap(table_, child);
        }
        return result;
    }
    WaitResult stopped(Process& child)
    {
        const WaitResult result = describe(child, child.stop_status, signal::child_stopped);
        if (!wants(wait_keep))
            child.stop_status = 0;
        return result;
    }
    WaitResult continued(Process& child)
    {
        if (!wants(wait_keep))
            child.was_continued = false;
        return describe(child, continued_status, signal::child_continued);
    }
    static WaitResult describe(Process& child, i32 status, i32 code)
    {
        sched::Usage usage = usage_of(child);
        usage += child.waited_children;
        return {child.pid(), real_uid(child), status, code, usage};
    }

    ProcessTable& table_;
    Process& parent_;
    const WaitTarget& target_;
    u32 options_;
};

} // namespace

Result<WaitResult> wait_for_child(const WaitTarget& target, u32 options)
{
    Process& parent = Process::current();
    std::optional<Result<WaitResult>> result;
    Ref<Process> reaped; // dropped without the lock
    const auto look = [&] {
        return processes().with([&](ProcessTable& table) {
            return Look{table, parent, target, options}.succeeds(result, reaped);
        });
    };
    if ((options & wait_no_hang) != 0) {
        if (!look())
            return WaitResult{};
    } else if (parent.child_waits.wait({.state = TaskState::interruptible}, look) == WaitEnd::interrupted) {
        return Errno::erestartsys;
    }
    return std::move(*result);
}

} // namespace kernel::proc
