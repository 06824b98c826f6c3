#include "kernel/tty/control.hpp"

#include "kernel/tty/job_control.hpp"
#include "kernel/tty/user_values.hpp"

// ioctl(2) of terminals, but for the settings (control_settings.cpp).
namespace kernel::tty {
namespace {

enum FlushQueue : u64 { flush_input = 0, flush_output = 1, flush_both = 2 };          // TCIFLUSH...
enum FlowAction : u64 { output_off = 0, output_on = 1, input_off = 2, input_on = 3 }; // TCOOFF...

Result<i64> flush(Terminal& terminal, u64 which)
{
    TRY(check_foreground(terminal, Signal::ttou));
    if (which > flush_both)
        return Errno::einval;
    if (which != flush_output)
        terminal.discard_input();
    if (which != flush_input)
        terminal.discard_output();
    return i64{0};
}

Result<i64> change_flow(Terminal& terminal, u64 action)
{
    TRY(check_foreground(terminal, Signal::ttou));
    switch (action) {
    case output_off:
    case output_on: terminal.suspend_output(action == output_off); return i64{0};
    case input_off:
    case input_on: terminal.send_flow_character(action == input_off ? Special::stop : Special::start); return i64{0};
    default: return Errno::einval;
    }
}

/// There is no discipline but N_TTY.
Result<i64> set_discipline(Terminal& terminal, u64 argument)
{
    const i32 number = TRY(read_user<i32>(argument));
    TRY(check_foreground(terminal, Signal::ttou));
    if (number != 0)
        return Errno::einval;
    return i64{0};
}

} // namespace

Result<i64> control_flow(Terminal& terminal, u64 command, u64 argument)
{
    switch (command) {
    case ioctl::fionread: return write_user(argument, terminal.input_size());
    case ioctl::tiocoutq: return write_user(argument, terminal.output_size());
    case ioctl::tcflsh: return flush(terminal, argument);
    case ioctl::tcxonc: return change_flow(terminal, argument);
    case ioctl::tcsbrk: // all is out; and there is no line to break
    case ioctl::tcsbrkp: TRY(check_foreground(terminal, Signal::ttou)); return i64{0};
    case ioctl::tiocgwinsz: return write_user(argument, terminal.window_size());
    case ioctl::tiocswinsz: terminal.set_window_size(TRY(read_user<WindowSize>(argument))); return i64{0};
    case ioctl::tiocgetd: return write_user(argument, i32{0});
    case ioctl::tiocsetd: return set_discipline(terminal, argument);
    case ioctl::tiocexcl:
    case ioctl::tiocnxcl: terminal.exclusive.store(command == ioctl::tiocexcl, Order::relaxed); return i64{0};
    case ioctl::tiocgexcl: return write_user(argument, i32{terminal.exclusive.load(Order::relaxed)});
    case ioctl::tiocsti: return Errno::eio; // typing for others is what attacks are made of
    default: return Errno::enotty;
    }
}

Result<i64> control_terminal(const Ref<Terminal>& terminal, u64 command, u64 argument, Side side)
{
    auto done = control_settings(*terminal, command, argument);
    if (done || done.error() != Errno::enotty)
        return done;
    auto flow = control_flow(*terminal, command, argument);
    if (flow || flow.error() != Errno::enotty)
        return flow;
    return control_jobs(terminal, command, argument, side);
}

} // namespace kernel::tty
