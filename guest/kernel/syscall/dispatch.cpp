#include "arch/upcalls.hpp"
#include "kernel/sched/usage.hpp"
#include "kernel/syscall/table.hpp"
#include "kernel/trace/tracepoint.hpp"

namespace kernel {
namespace {

constexpr auto table = syscall::make_table();

i64 call(const arch::SyscallArguments& request)
{
    if (request.number >= table.size() || table[request.number].handler == nullptr) {
        trace::sys_unknown(request.number);
        return -static_cast<i64>(Errno::enosys);
    }
    const auto result = table[request.number].handler(request.arguments);
    return result ? result.value() : -static_cast<i64>(result.error());
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
