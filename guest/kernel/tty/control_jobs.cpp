#include "kernel/proc/credentials.hpp"
#include "kernel/tty/control.hpp"
#include "kernel/tty/job_control.hpp"
#include "kernel/tty/user_values.hpp"

// ioctl(2) of terminals: jobs and sessions.
namespace kernel::tty {
namespace {

Result<i64> set_group(Terminal& terminal, u64 argument)
{
    const auto checked = check_foreground(terminal, Signal::ttou);
    if (!checked)
        return checked.error() == Errno::eio ? Errno::enotty : checked.error();
    TRY(set_foreground_group(terminal, TRY(read_user<i32>(argument))));
    return i64{0};
}

Result<i64> hang_up(Terminal& terminal)
{
    if (!capable(Capability::sys_admin))
        return Errno::eperm;
    terminal.hang_up();
    return i64{0};
}

} // namespace

Result<i64> control_jobs(const Ref<Terminal>& terminal, u64 command, u64 argument, Side side)
{
    const bool from_outside = side == Side::master;
    switch (command) {
    case ioctl::tiocgpgrp: return write_user(argument, TRY(foreground_group(*terminal, from_outside)));
    case ioctl::tiocgsid: return write_user(argument, TRY(session_of(*terminal, from_outside)));
    case ioctl::tiocspgrp: return set_group(*terminal, argument);
    case ioctl::tiocsctty: TRY(acquire_explicitly(terminal, argument == 1)); return i64{0};
    case ioctl::tiocnotty:
        if (from_outside)
            return Errno::enotty;
        TRY(give_up(*terminal));
        return i64{0};
    case ioctl::tiocvhangup: return hang_up(*terminal);
    default: return Errno::enotty;
    }
}

} // namespace kernel::tty
