#include "kernel/proc/process.hpp"
#include "abi/layout.hpp"
#include "arch/context.hpp"
#include "kernel/fs/file_system.hpp"
#include "kernel/mm/heap.hpp"
#include "kernel/proc/exec.hpp"
#include "kernel/proc/load.hpp"
#include "kernel/sched/schedule.hpp"
#include "kernel/syscall/syscalls.hpp"
#include "kernel/trace/tracepoint.hpp"

#include <algorithm>

namespace kernel::syscall {
namespace {

constexpr u64 max_argument = 32 * page_size; ///< MAX_ARG_STRLEN

struct ArgumentRoom {
    ArgumentRoom() {} // leaves the characters as they are
    char text[max_argument];
};

/// Reads a null-terminated array of strings. Null for the array itself: none, as in Linux.
template <typename Add>
Result<void> read_strings(UserArray<UserString> strings, std::span<char> room, Add&& add)
{
    if (strings.is_null())
        return {};
    for (u64 index = 0;; ++index) {
        const UserString string = TRY(strings.read(index));
        if (string.is_null())
            return {};
        const auto text = string.copy_to(room);
        if (!text)
            return text.error() == Errno::enametoolong ? Errno::e2big : text.error();
        TRY(add(text.value()));
    }
}

Result<void> read_arguments(UserArray<UserString> arguments, UserArray<UserString> environment,
                            proc::ArgumentStrings& strings)
{
    const auto room = TRY(make_box<ArgumentRoom>());
    TRY(read_strings(arguments, room->text, [&](std::string_view text) { return strings.add_argument(text); }));
    return read_strings(environment, room->text, [&](std::string_view text) { return strings.add_environment(text); });
}

std::string_view last_component(std::string_view path)
{
    const auto slash = path.rfind('/');
    if (slash != std::string_view::npos)
        path.remove_prefix(slash + 1);
    return path;
}

/// Up to the point of no return an error leaves the old program as it was.
Result<arch::TrapFrame> replace_program(UserString path, UserArray<UserString> arguments,
                                        UserArray<UserString> environment)
{
    char room[max_path];
    const auto name = TRY(path.copy_to(room));
    auto strings = TRY(make_ref<StartStrings>());
    TRY(read_arguments(arguments, environment, strings->strings));
    Process& process = Process::current();
    const fs::Context::Places places = process.context().places();
    const proc::Program program =
        TRY(proc::load_by_name({places.root, places.current_directory, credentials()}, name, strings->strings));

    TRY(proc::become_only_thread());
    TRY(proc::unshare_for_exec());

    const auto old = process.replace_address_space(program.address_space);
    proc::reset_for_exec(last_component(name), std::move(strings));
    return proc::prepare_to_enter(program);
}

} // namespace

SyscallResult sys_execve(UserString path, UserArray<UserString> arguments, UserArray<UserString> environment)
{
    Process& process = Process::current();
    const mm::AddressSpace* const before = &process.address_space();
    auto frame = replace_program(path, arguments, environment);
    if (!frame && &process.address_space() == before)
        return frame.error();
    if (!frame)
        proc::kill_process(Signal::kill);
    constexpr u64 execve_number = 59;
    trace::sys_exit(execve_number, 0); // there is nobody to return to
    arch::enter_user(frame.value());
}

SyscallResult sys_getpid() { return Process::current().pid(); }
SyscallResult sys_gettid() { return Task::current().pid(); }

SyscallResult sys_arch_prctl(u32 operation, u64 argument)
{
    enum : u32 { set_gs = 0x1001, set_fs = 0x1002, get_fs = 0x1003, get_gs = 0x1004 }; // asm/prctl.h
    arch::Context& context = Task::current().context;
    switch (operation) {
    case set_gs:
    case set_fs:
        if (argument >= vitrine::abi::user_end)
            return Errno::eperm;
        operation == set_fs ? arch::set_fs_base(context, argument) : arch::set_gs_base(context, argument);
        return 0;
    case get_fs: TRY(UserOut<u64>{argument}.write(context.fs_base)); return 0;
    case get_gs: TRY(UserOut<u64>{argument}.write(context.gs_base)); return 0;
    default: return Errno::einval;
    }
}

} // namespace kernel::syscall
