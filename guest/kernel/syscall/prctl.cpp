#include "kernel/proc/process_table.hpp"
#include "kernel/syscall/syscalls.hpp"

#include <utility>

namespace kernel::syscall {
namespace {

using proc::processes;
using proc::ProcessTable;
using proc::Thread;

/// prctl(2)'s operations (linux/prctl.h).
enum : u32 {
    set_parent_death = 1,
    get_parent_death = 2,
    get_dumpable = 3,
    set_dumpable = 4,
    get_keep_capabilities = 7,
    set_keep_capabilities = 8,
    set_name = 15,
    get_name = 16,
    get_bounding = 23,
    drop_bounding = 24,
    get_secure_bits = 27,
    set_secure_bits = 28,
    set_timer_slack = 29,
    get_timer_slack = 30,
    set_child_subreaper = 36,
    get_child_subreaper = 37,
    set_no_new_privileges = 38,
    get_no_new_privileges = 39,
    get_tid_address = 40,
};

constexpr u32 keep_capabilities = 1U << 4; ///< SECBIT_KEEP_CAPS
constexpr u64 name_size = 16;              ///< TASK_COMM_LEN

template <typename Change>
SyscallResult change_credentials(Change&& change)
{
    auto changed = TRY(make_ref<Credentials>(credentials()));
    change(*changed);
    processes().with([&](ProcessTable&) { std::swap(Thread::current().credentials, changed); });
    return 0;
}

SyscallResult rename(u64 name)
{
    char text[name_size] = {};
    // Too long a name is cut, as it may be: it need not end where the room does.
    for (u64 at = 0; at < name_size - 1; ++at) {
        text[at] = TRY(UserIn<char>{name + at}.read());
        if (text[at] == '\0')
            break;
    }
    Task::current().set_name(text);
    return 0;
}

SyscallResult tell_name(u64 to)
{
    char text[name_size] = {};
    const std::string_view name = Task::current().name();
    __builtin_memcpy(text, name.data(), name.size());
    TRY(UserBytes{to}.write(std::as_bytes(std::span{text})));
    return 0;
}

SyscallResult bounding(u32 operation, u64 number)
{
    if (number > static_cast<u64>(Capability::checkpoint_restore))
        return Errno::einval;
    const auto capability = static_cast<Capability>(number);
    if (operation == get_bounding)
        return credentials().bounding.contains(capability) ? 1 : 0;
    if (!capable(Capability::setpcap))
        return Errno::eperm;
    return change_credentials([&](Credentials& changed) { changed.bounding.bits &= ~CapabilitySet::bit(capability); });
}

} // namespace

SyscallResult sys_prctl(u32 operation, u64 argument, u64 second, u64 third, u64 fourth)
{
    Thread& thread = Thread::current();
    Process& process = thread.process;
    switch (operation) {
    case set_parent_death:
        if (argument > signal::signal_count)
            return Errno::einval;
        processes().with([&](ProcessTable&) { thread.parent_death = static_cast<Signal>(argument); });
        return 0;
    case get_parent_death: TRY(UserOut<i32>{argument}.write(static_cast<i32>(thread.parent_death))); return 0;
    case get_dumpable: return process.dumpable ? 1 : 0;
    case set_dumpable:
        if (argument > 1)
            return Errno::einval;
        processes().with([&](ProcessTable&) { process.dumpable = argument == 1; });
        return 0;
    case get_keep_capabilities: return (credentials().secure_bits & keep_capabilities) != 0 ? 1 : 0;
    case set_keep_capabilities:
        if (argument > 1)
            return Errno::einval;
        return change_credentials([&](Credentials& changed) {
            changed.secure_bits = (changed.secure_bits & ~keep_capabilities) | (argument != 0 ? keep_capabilities : 0);
        });
    case set_name: return rename(argument);
    case get_name: return tell_name(argument);
    case get_bounding:
    case drop_bounding: return bounding(operation, argument);
    case get_secure_bits: return credentials().secure_bits;
    case set_timer_slack: return 0; // timers are as exact as they can be, whatever is asked for
    case get_timer_slack: return 50'000;
    case set_child_subreaper: processes().with([&](ProcessTable&) { process.is_subreaper = argument != 0; }); return 0;
    case get_child_subreaper: TRY(UserOut<i32>{argument}.write(process.is_subreaper ? 1 : 0)); return 0;
    case set_no_new_privileges:
        if (argument != 1 || second != 0 || third != 0 || fourth != 0)
            return Errno::einval;
        return change_credentials([](Credentials& changed) { changed.no_new_privileges = true; });
    case get_no_new_privileges:
        if (argument != 0 || second != 0 || third != 0 || fourth != 0)
            return Errno::einval;
        return credentials().no_new_privileges ? 1 : 0;
    default: return Errno::einval;
    }
}

/// There is one execution domain: Linux's.
SyscallResult sys_personality(u64 persona)
{
    constexpr u64 ask = 0xffff'ffff;
    constexpr u64 flags = 0xffff'ff00; // ADDR_NO_RANDOMIZE and its like: remembered
    Process& process = Process::current();
    return processes().with([&](ProcessTable&) -> SyscallResult {
        const u32 before = process.personality;
        if (persona != ask)
            process.personality = static_cast<u32>(persona & (flags | 0xff));
        return before;
    });
}

} // namespace kernel::syscall
