#include "kernel/tty/control.hpp"
#include "kernel/tty/job_control.hpp"
#include "kernel/tty/speeds.hpp"
#include "kernel/tty/user_values.hpp"

#include <algorithm>

// TCGETS and TCSETS, in the forms that there have been.
namespace kernel::tty {
namespace {

/// struct termios says its speed in c_cflag alone.
Result<Termios> read_termios(u64 address, const Termios& current)
{
    Termios termios = current;
    TRY(arch::copy_from_user(std::as_writable_bytes(std::span{&termios, 1}).first(termios_size), {address}));
    return termios;
}

Result<Termios> read_termio(u64 address, const Termios& current)
{
    constexpr u32 high_half = 0xffff'0000;
    const Termio old = TRY(read_user<Termio>(address));
    Termios termios = current;
    termios.c_iflag = (current.c_iflag & high_half) | old.c_iflag;
    termios.c_oflag = (current.c_oflag & high_half) | old.c_oflag;
    termios.c_cflag = (current.c_cflag & high_half) | old.c_cflag;
    termios.c_lflag = (current.c_lflag & high_half) | old.c_lflag;
    termios.c_line = old.c_line;
    std::copy(old.c_cc.begin(), old.c_cc.end(), termios.c_cc.begin());
    return termios;
}

Result<i64> write_termio(u64 address, const Termios& termios)
{
    Termio old{static_cast<u16>(termios.c_iflag),
               static_cast<u16>(termios.c_oflag),
               static_cast<u16>(termios.c_cflag),
               static_cast<u16>(termios.c_lflag),
               termios.c_line,
               {}};
    std::copy_n(termios.c_cc.begin(), old.c_cc.size(), old.c_cc.begin());
    return write_user(address, old);
}

enum class Form : u8 { termio, termios, termios2 };

/// Output is never pending for long: it waits in no device of ours, so TCSETSW has nothing to wait for.
Result<i64> set(Terminal& terminal, u64 address, Form form, bool discard_input)
{
    TRY(check_foreground(terminal, Signal::ttou));
    const Termios current = terminal.termios();
    Termios termios = TRY(form == Form::termio    ? read_termio(address, current)
                          : form == Form::termios ? read_termios(address, current)
                                                  : read_user<Termios>(address));
    settle_speeds(termios);
    terminal.set_termios(termios, discard_input);
    return i64{0};
}

} // namespace

Result<i64> control_settings(Terminal& terminal, u64 command, u64 argument)
{
    switch (command) {
    case ioctl::tcgets: {
        const Termios termios = terminal.termios();
        TRY(arch::copy_to_user({argument}, std::as_bytes(std::span{&termios, 1}).first(termios_size)));
        return i64{0};
    }
    case ioctl::tcgets2: return write_user(argument, terminal.termios());
    case ioctl::tcgeta: return write_termio(argument, terminal.termios());
    case ioctl::tcsets:
    case ioctl::tcsetsw:
    case ioctl::tcsetsf: return set(terminal, argument, Form::termios, command == ioctl::tcsetsf);
    case ioctl::tcsets2:
    case ioctl::tcsetsw2:
    case ioctl::tcsetsf2: return set(terminal, argument, Form::termios2, command == ioctl::tcsetsf2);
    case ioctl::tcseta:
    case ioctl::tcsetaw:
    case ioctl::tcsetaf: return set(terminal, argument, Form::termio, command == ioctl::tcsetaf);
    default: return Errno::enotty;
    }
}

} // namespace kernel::tty
