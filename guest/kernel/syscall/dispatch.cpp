#include "arch/upcalls.hpp"
#include "kernel/sched/usage.hpp"
#include "kernel/signal/deliver.hpp"
#include "kernel/syscall/table.hpp"
#include "kernel/trace/tracepoint.hpp"

namespace kernel {
namespace {

constexpr auto table = syscall::make_table();

/// With what the arguments point at, before and after.
[[gnu::noinline, gnu::cold]] syscall::SyscallResult call_traced(const syscall::TableEntry& entry,
                                                                const arch::SyscallArguments& request)
{
    if (entry.trace_input != nullptr)
        entry.trace_input(request.arguments, 0);
    auto result = entry.handler(request.arguments);
    if (result && entry.trace_output != nullptr)
        entry.trace_output(request.arguments, result.value());
    return result;
}

i64 call(const arch::SyscallArguments& request)
{
    if (request.number >= table.size() || table[request.number].handler == nullptr) {
        trace::sys_unknown(request.number);
        return -static_cast<i64>(Errno::enosys);
    }
    const syscall::TableEntry& entry = table[request.number];
    const auto result = trace::sys_data.enabled() ? call_traced(entry, request) : entry.handler(request.arguments);
    if (!result) {
        if (result.error() >= Errno::erestartsys)
            signal::interrupted(result.error());
        return -static_cast<i64>(result.error());
    }
    return result.value();
}

} // namespace

void on_system_call(arch::TrapFrame& frame)
{
    sched::end_user_time(Task::current());
    const arch::SyscallArguments request = arch::syscall_arguments(frame);
    const u64(&arguments)[6] = request.arguments;
    trace::sys_enter(request.number, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4],
                     arguments[5]);
    const i64 result = call(request);
    trace::sys_exit(request.number, result);
    arch::set_syscall_result(frame, result);
}

} // namespace kernel
