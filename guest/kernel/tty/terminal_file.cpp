#include "kernel/tty/terminal_file.hpp"

#include "kernel/proc/credentials.hpp"
#include "kernel/tty/control.hpp"
#include "kernel/tty/job_control.hpp"

namespace kernel::tty {

Result<u64> TerminalFile::read(u64 count, fs::Sink& sink)
{
    if (terminal_->is_hung_up(use()))
        return u64{0};
    if (kind_ == Kind::terminal)
        TRY(check_foreground(*terminal_, Signal::ttin));
    return terminal_->read(use(), count, sink);
}

Result<u64> TerminalFile::write(u64 count, fs::Source& source)
{
    if (terminal_->is_hung_up(use()))
        return Errno::eio;
    if (kind_ == Kind::terminal && terminal_->termios().has_local(local::tostop))
        TRY(check_foreground(*terminal_, Signal::ttou));
    return terminal_->write(use(), count, source);
}

Result<i64> TerminalFile::control(u64 command, u64 argument)
{
    if (terminal_->is_hung_up(use()))
        return command == ioctl::tiocspgrp ? Errno::enotty : Errno::eio;
    return control_terminal(terminal_, command, argument, Side::terminal);
}

Result<Ref<fs::File>> open_terminal(const Ref<fs::Inode>& node, u32 flags, const Ref<Terminal>& terminal,
                                    TerminalFile::Kind kind)
{
    if (terminal->exclusive.load(Order::relaxed) && !capable(Capability::sys_admin))
        return Errno::ebusy;
    TRY(terminal->driver().open());
    auto file = make_ref<TerminalFile>(node, flags, terminal, kind);
    if (!file) {
        terminal->driver().close();
        return file.error();
    }
    const bool readable = (flags & fs::open_access_mode) != fs::open_write_only;
    if (kind == TerminalFile::Kind::terminal && (flags & fs::open_no_tty) == 0 && readable)
        acquire(terminal);
    return Ref<fs::File>{file.release()};
}

} // namespace kernel::tty
