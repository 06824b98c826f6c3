// lockdep, where it meets the machine: which task, which context, which CPU. The debug kernel only.
#include "kernel/debug/lockdep.hpp"

#include "arch/backtrace.hpp"
#include "arch/cpu.hpp"
#include "arch/interrupts.hpp"
#include "kernel/console.hpp"
#include "kernel/debug/checks.hpp"
#include "kernel/debug/lock_map.hpp"
#include "kernel/printk.hpp"
#include "kernel/sched/task.hpp"
#include "kernel/sync/atomic.hpp"
#include "kernel/sync/preempt.hpp"

namespace kernel::debug {
namespace {

constinit LockGraph graph;
/// Held by writers, interrupts masked; innermost, and no class itself.
class GraphLock {
public:
    void lock()
    {
        while (held_.exchange(true, Order::acquire)) // with the release of the last holder
            arch::relax();
    }
    void unlock() { held_.store(false, Order::release); }

private:
    Atomic<bool> held_;
};
constinit GraphLock graph_lock;
constinit bool checking = false;
constinit std::array<HeldLocks, arch::max_cpus> held_by_cpus{};

/// What a problem with a lock is called in one line.
std::string_view title_of(LockProblem problem)
{
    switch (problem) {
    case LockProblem::recursion: return "possible recursive locking detected";
    case LockProblem::circular: return "possible circular locking dependency detected";
    case LockProblem::inconsistent_use: return "inconsistent lock state";
    case LockProblem::irq_inversion: return "possible irq lock inversion dependency detected";
    case LockProblem::unbalanced_release: return "bad unlock balance detected!";
    case LockProblem::too_deep: return "too many locks held";
    }
    return "lock trouble";
}

void fail(const LockFinding& finding, const HeldLocks& held)
{
    if (!begin_report(title_of(finding.problem)))
        return;
    report(graph, finding, held);
    panic(title_of(finding.problem));
}

LockContext context()
{
    if (in_hardirq())
        return LockContext::hardirq;
    return in_serving_softirq() ? LockContext::softirq : LockContext::task;
}

void enter(LockMap& map, LockMode mode, u32 subclass, bool attempt, u64 place)
{
    if (!checks_are_on() || in_nmi())
        return;
    const bool hardirqs_on = arch::disable_interrupts();
    const Acquisition acquisition{.lock = &map,
                                  .id = class_of(map, subclass),
                                  .context = context(),
                                  .attempt = attempt,
                                  .read = mode == LockMode::shared,
                                  .hardirqs_on = hardirqs_on,
                                  .softirqs_on = !in_softirq(),
                                  .place = place};
    HeldLocks& held = held_locks();
    const auto [known, too_deep] = held.enter(graph, acquisition);
    if (too_deep) {
        fail({.problem = LockProblem::too_deep, .taken = acquisition.id}, held);
    } else if (!known) {
        Backtrace trace{};
        arch::capture_backtrace(trace);
        graph_lock.lock();
        const auto finding = held.learn(graph, acquisition, trace);
        graph_lock.unlock();
        if (finding)
            fail(*finding, held);
    }
    if (hardirqs_on)
        arch::enable_interrupts();
}

u64 place_of(void* return_address) { return reinterpret_cast<u64>(return_address); }

} // namespace

bool checks_are_on() { return __atomic_load_n(&checking, __ATOMIC_RELAXED); }
void start_checks() { __atomic_store_n(&checking, true, __ATOMIC_RELEASE); }
void stop_checks() { __atomic_store_n(&checking, false, __ATOMIC_RELEASE); }

HeldLocks& held_locks()
{
    Task* const task = arch::current_task();
    return task != nullptr ? task->checks.held_locks : held_by_cpus[arch::cpu_id()];
}

ClassId class_of(LockMap& map, u32 subclass)
{
    if (subclass == 0)
        if (const ClassId known = __atomic_load_n(&map.class_, __ATOMIC_RELAXED); known != 0)
            return known;
    const LockSite& site = map.site();
    const LockKey key{.key = site.key, .line = site.line, .subclass = subclass};
    ClassId id = graph.find_class(key);
    if (id == 0) {
        graph_lock.lock();
        id = graph.find_class(key);
        if (id == 0)
            id = graph.add_class(key, {site.name, site.length});
        graph_lock.unlock();
    }
    if (subclass == 0)
        __atomic_store_n(&map.class_, id, __ATOMIC_RELAXED);
    return id;
}

void lock_acquire(LockMap& map, LockMode mode, u32 subclass)
{
    enter(map, mode, subclass, false, place_of(__builtin_return_address(0)));
}

void lock_attempted(LockMap& map, LockMode mode) { enter(map, mode, 0, true, place_of(__builtin_return_address(0))); }

void lock_release(LockMap& map)
{
    if (!checks_are_on() || in_nmi())
        return;
    const arch::InterruptsOff off;
    HeldLocks& held = held_locks();
    if (!held.leave(&map))
        fail({.problem = LockProblem::unbalanced_release, .taken = class_of(map, 0)}, held);
}

bool lock_is_held(const LockMap& map)
{
    const arch::InterruptsOff off;
    return !checks_are_on() || held_locks().holds(&map);
}

void log_held_locks() { log_held_locks(held_locks()); }
void log_held_locks(const HeldLocks& held) { log_held_locks(held, current_holder().view()); }
void log_held_locks(const HeldLocks& held, std::string_view holder) { log_held_locks(graph, held, holder); }

bool begin_report(std::string_view title)
{
    if (!__atomic_exchange_n(&checking, false, __ATOMIC_ACQ_REL))
        return false;
    arch::disable_interrupts();
    arch::stop_other_cpus();
    log_without_lock();
    console::write_without_lock();
    printk(LogLevel::emergency, "WARNING: {}", title);
    return true;
}

namespace {

void check_holds_nothing(std::string_view title, std::string_view after)
{
    HeldLocks& held = held_locks();
    if (!checks_are_on() || held.depth() == 0 || !begin_report(title))
        return;
    log_holder("", after);
    log_held_locks(held);
    panic(title);
}

} // namespace

void check_user_return()
{
    check_holds_nothing("lock held when returning to user space!", " is leaving the kernel with locks still held!");
}

void check_task_exit() { check_holds_nothing("lock held when exiting!", " is exiting with locks still held!"); }

} // namespace kernel::debug
