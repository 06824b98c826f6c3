#include "kernel/futex/futex.hpp"
#include "kernel/proc/process_table.hpp"
#include "kernel/syscall/syscalls.hpp"
#include "kernel/syscall/time_values.hpp"
#include "kernel/time/timekeeping.hpp"

namespace kernel::syscall {
namespace {

using futex::Deadline;
using proc::Thread;

/// futex(2)'s operations (linux/futex.h).
enum class Operation : u32 {
    wait = 0,
    wake = 1,
    requeue = 3,
    cmp_requeue = 4,
    wake_op = 5,
    wait_bitset = 9,
    wake_bitset = 10,
};
constexpr u32 private_flag = 128;
constexpr u32 realtime_flag = 256;

bool has_timeout(Operation operation) { return operation == Operation::wait || operation == Operation::wait_bitset; }

/// FUTEX_WAIT's is a time from now on, FUTEX_WAIT_BITSET's a point in time.
Result<Deadline> read_deadline(Operation operation, bool realtime, UserIn<TimeSpec> timeout)
{
    if (timeout.is_null())
        return Deadline{};
    const u64 time = TRY(to_nanoseconds(TRY(timeout.read())));
    if (operation == Operation::wait)
        return Deadline{time::Clock::monotonic, time::time_after(time::monotonic(), time)};
    return Deadline{realtime ? time::Clock::realtime : time::Clock::monotonic, time};
}

/// With a time to give up at, the wait goes on with that after a signal without a handler.
SyscallResult wait_restartably(u64 address, bool shared, u32 expected, u32 bits, const Deadline& deadline);

Result<i64> go_on_waiting(signal::Restart& restart)
{
    return wait_restartably(restart.arguments[0], restart.arguments[1] != 0, static_cast<u32>(restart.arguments[2]),
                            futex::any_bit, {time::Clock::monotonic, restart.arguments[3]});
}

SyscallResult wait_restartably(u64 address, bool shared, u32 expected, u32 bits, const Deadline& deadline)
{
    const auto result = futex::wait(address, shared, expected, bits, deadline);
    if (result)
        return 0;
    const bool is_limited = deadline.at != time::never && deadline.clock == time::Clock::monotonic;
    if (result.error() != Errno::erestartsys || !is_limited || bits != futex::any_bit)
        return result.error();
    signal::Restart& restart = Thread::current().signals.restart;
    restart.function = go_on_waiting;
    restart.arguments[0] = address;
    restart.arguments[1] = shared ? 1 : 0;
    restart.arguments[2] = expected;
    restart.arguments[3] = deadline.at;
    return Errno::erestart_restartblock;
}

} // namespace

SyscallResult sys_futex(u64 address, u32 operation_and_flags, u32 value, u64 timeout_or_value, u64 other, u32 value_3)
{
    const auto operation = static_cast<Operation>(operation_and_flags & ~(private_flag | realtime_flag));
    const bool shared = (operation_and_flags & private_flag) == 0;
    const bool realtime = (operation_and_flags & realtime_flag) != 0;
    if (realtime && operation != Operation::wait_bitset)
        return Errno::enosys;
    Deadline deadline;
    if (has_timeout(operation))
        deadline = TRY(read_deadline(operation, realtime, UserIn<TimeSpec>{timeout_or_value}));
    const auto second = static_cast<u32>(timeout_or_value);
    switch (operation) {
    case Operation::wait: return wait_restartably(address, shared, value, futex::any_bit, deadline);
    case Operation::wait_bitset: return wait_restartably(address, shared, value, value_3, deadline);
    case Operation::wake: return TRY(futex::wake(address, shared, value, futex::any_bit));
    case Operation::wake_bitset: return TRY(futex::wake(address, shared, value, value_3));
    case Operation::requeue: return TRY(futex::requeue(address, shared, {other, value, second, false, 0}));
    case Operation::cmp_requeue:
        if (static_cast<i32>(value) < 0 || static_cast<i32>(second) < 0)
            return Errno::einval;
        return TRY(futex::requeue(address, shared, {other, value, second, true, value_3}));
    case Operation::wake_op: return TRY(futex::wake_op(address, shared, value, other, second, value_3));
    }
    return Errno::enosys;
}

namespace {

constexpr u64 robust_head_size = 24; ///< struct robust_list_head

} // namespace

SyscallResult sys_set_robust_list(u64 list, u64 size)
{
    if (size != robust_head_size)
        return Errno::einval;
    Thread::current().robust_list = list;
    return 0;
}

SyscallResult sys_get_robust_list(i32 pid, UserOut<u64> list, UserOut<u64> size)
{
    const u64 address = TRY(proc::processes().with([&](proc::ProcessTable& table) -> Result<u64> {
        const Thread* const thread = pid == 0 ? &Thread::current() : table.find_thread(static_cast<Pid>(pid));
        if (thread == nullptr)
            return Errno::esrch;
        const Credentials& theirs = *thread->credentials;
        if (&thread->process != &Process::current() && credentials().uid != theirs.uid &&
            !capable(Capability::sys_ptrace))
            return Errno::eperm;
        return thread->robust_list;
    }));
    TRY(size.write(robust_head_size));
    TRY(list.write(address));
    return 0;
}

} // namespace kernel::syscall
