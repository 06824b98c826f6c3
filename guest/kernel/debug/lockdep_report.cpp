// Lockdep's reports, in Linux's manner. One CPU prints, and no lock is taken any more.
#include "arch/backtrace.hpp"
#include "kernel/debug/lock_map.hpp"
#include "kernel/debug/lockdep.hpp"
#include "kernel/printk.hpp"
#include "kernel/sched/task.hpp"

namespace kernel::debug {
namespace {

template <typename... Arguments>
void line(FormatString<std::type_identity_t<Arguments>...> format, const Arguments&... arguments)
{
    printk(LogLevel::emergency, format, arguments...);
}

/// A file is named from the project's folder of guest code on.
std::string_view short_name(std::string_view name)
{
    const auto guest = name.rfind("guest/");
    return guest == std::string_view::npos ? name : name.substr(guest + std::string_view{"guest/"}.size());
}

using Name = FormatBuffer<160>;

/// "name", "file:line", and "/1" behind it for a subclass.
Name name_of(const LockGraph& graph, ClassId id)
{
    const LockGraph::Class& named = graph.class_at(id);
    Name name;
    name.append(named.key.line == 0 ? named.name : short_name(named.name));
    if (named.key.line != 0)
        format_to(name, ":{}", named.key.line);
    if (named.key.subclass != 0)
        format_to(name, "/{}", named.key.subclass);
    return name;
}

/// Linux's: for hard interrupts, readers there, soft ones, readers there: '-' taken in such an interrupt, '+' with them
/// on, '?' both, '.' neither.
std::array<char, 5> uses_of(const LockGraph& graph, ClassId id)
{
    std::array<char, 5> text{};
    for (unsigned index = 0; index < 4; ++index) {
        const unsigned first = index / 2 * 4 + index % 2;
        const bool used_in = graph.has_use(id, static_cast<LockUse>(first));
        const bool enabled = graph.has_use(id, static_cast<LockUse>(first + 2));
        text[index] = "."
                      "-+?"[(used_in ? 1 : 0) + (enabled ? 2 : 0)];
    }
    return text;
}

void log_class(const LockGraph& graph, std::string_view before, ClassId id, std::string_view after)
{
    const Name name = name_of(graph, id);
    line("{}({}){{{}}}{}", before, name.view(), uses_of(graph, id).data(), after);
}

void log_lock(const LockGraph& graph, std::string_view before, const HeldLock& held)
{
    const Name name = name_of(graph, held.id);
    FormatBuffer<128> place;
    arch::format_code_address(place, held.place);
    line("{}{} ({}){{{}}}, at: {}", before, held.lock, name.view(), uses_of(graph, held.id).data(), place.view());
}

void log_trace(std::span<const u64> trace)
{
    for (const u64 address : trace) {
        if (address == 0)
            return;
        FormatBuffer<128> place;
        arch::format_code_address(place, address);
        line("       {}", place.view());
    }
}

std::string_view name_of(LockUse use)
{
    constexpr std::array<std::string_view, static_cast<unsigned>(LockUse::count)> names = {
        "IN-HARDIRQ-W", "IN-HARDIRQ-R", "HARDIRQ-ON-W", "HARDIRQ-ON-R",
        "IN-SOFTIRQ-W", "IN-SOFTIRQ-R", "SOFTIRQ-ON-W", "SOFTIRQ-ON-R"};
    return names[static_cast<unsigned>(use)];
}

void log_use(const LockGraph& graph, ClassId id, LockUse use)
{
    log_class(graph, "", id, "");
    line("... {{{}}} use was registered at:", name_of(use));
    log_trace(graph.trace_of(id, use));
}

void log_two_cpus(const LockGraph& graph, ClassId held, ClassId taken)
{
    const Name first = name_of(graph, held);
    const Name second = name_of(graph, taken);
    line(" Possible unsafe locking scenario:");
    line("       CPU0                    CPU1");
    line("  lock({});", first.view());
    line("                               lock({});", second.view());
    line("                               lock({});", first.view());
    line("  lock({});", second.view());
    line(" *** DEADLOCK ***");
}

void report_circle(const LockGraph& graph, const LockFinding& finding)
{
    line("which lock already depends on the new lock.");
    line("the existing dependency chain (in reverse order) is:");
    for (unsigned index = finding.path_length; index-- != 0;) {
        const LockGraph::Edge& edge = graph.edge_at(finding.path[index]);
        FormatBuffer<32> number;
        format_to(number, "-> #{} ", index + 1);
        log_class(graph, number.view(), edge.to, ":");
        log_trace(graph.trace_at(edge.trace));
    }
    log_class(graph, "-> #0 ", finding.taken, ": is being taken now, see the call trace below");
    log_two_cpus(graph, finding.held, finding.taken);
}

void report_inversion(const LockGraph& graph, const LockFinding& finding)
{
    line("a lock that interrupts take:");
    log_use(graph, finding.safe, finding.use);
    line("and one that is taken with them on:");
    log_use(graph, finding.unsafe, finding.other_use);
    const Name safe = name_of(graph, finding.safe);
    const Name unsafe = name_of(graph, finding.unsafe);
    line(" Possible interrupt unsafe locking scenario:");
    line("       CPU0                    CPU1");
    line("  lock({});", unsafe.view());
    line("                               local_irq_disable();");
    line("                               lock({});", safe.view());
    line("                               lock({});", unsafe.view());
    line("  <Interrupt>");
    line("    lock({});", safe.view());
    line(" *** DEADLOCK ***");
}

void report_inconsistent(const LockGraph& graph, const LockFinding& finding)
{
    line("inconsistent {{{}}} -> {{{}}} usage.", name_of(finding.other_use), name_of(finding.use));
    log_use(graph, finding.taken, finding.other_use);
    const Name name = name_of(graph, finding.taken);
    line(" Possible unsafe locking scenario:");
    line("       CPU0");
    line("  lock({});", name.view());
    line("  <Interrupt>");
    line("    lock({});", name.view());
    line(" *** DEADLOCK ***");
}

void report_recursion(const LockGraph& graph, const LockFinding& finding)
{
    const Name name = name_of(graph, finding.taken);
    line(" Possible unsafe locking scenario:");
    line("       CPU0");
    line("  lock({});", name.view());
    line("  lock({});", name.view());
    line(" *** DEADLOCK ***");
}

const HeldLock* find_held(const HeldLocks& held, ClassId id)
{
    for (unsigned index = held.depth() - 1; index-- != 0;)
        if (held[index].id == id)
            return &held[index];
    return nullptr;
}

} // namespace

HolderName current_holder()
{
    HolderName name;
    if (const Task* const task = arch::current_task())
        format_to(name, "{}/{}", task->name(), task->pid());
    else
        format_to(name, "CPU {}", arch::cpu_id());
    return name;
}

void log_holder(std::string_view before, std::string_view after)
{
    line("{}{}{}", before, current_holder().view(), after);
}

void log_call_trace(std::span<const u64> trace)
{
    line("Call trace:");
    log_trace(trace);
}

void log_held_locks(const LockGraph& graph, const HeldLocks& held, std::string_view holder)
{
    line("{} lock{} held by {}:", held.depth(), held.depth() == 1 ? "" : "s", holder);
    for (unsigned index = 0; index < held.depth(); ++index) {
        FormatBuffer<16> number;
        format_to(number, " #{}: ", index);
        log_lock(graph, number.view(), held[index]);
    }
}

void report(const LockGraph& graph, const LockFinding& finding, const HeldLocks& held)
{
    if (finding.problem == LockProblem::unbalanced_release || finding.problem == LockProblem::too_deep) {
        log_holder("", finding.problem == LockProblem::too_deep ? " is trying to acquire lock:"
                                                                : " is trying to release lock, but does not hold:");
        log_class(graph, "", finding.taken, "");
        return log_held_locks(graph, held, current_holder().view());
    }
    log_holder("", " is trying to acquire lock:");
    log_lock(graph, "", held[held.depth() - 1]);
    if (finding.held != 0)
        if (const HeldLock* const other = find_held(held, finding.held)) {
            line("but task is already holding lock:");
            log_lock(graph, "", *other);
        }
    if (finding.problem == LockProblem::circular)
        report_circle(graph, finding);
    else if (finding.problem == LockProblem::recursion)
        report_recursion(graph, finding);
    else if (finding.problem == LockProblem::inconsistent_use)
        report_inconsistent(graph, finding);
    else
        report_inversion(graph, finding);
    log_held_locks(graph, held, current_holder().view());
}

} // namespace kernel::debug
