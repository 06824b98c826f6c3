#include "kernel/fs/device.hpp"
#include "kernel/fs/open_flags.hpp"
#include "kernel/proc/process.hpp"
#include "kernel/tty/control.hpp"
#include "kernel/tty/devpts.hpp"
#include "kernel/tty/job_control.hpp"
#include "kernel/tty/pty.hpp"
#include "kernel/tty/terminal_file.hpp"
#include "kernel/tty/user_values.hpp"

// The masters of pseudo-terminals: /dev/ptmx.
namespace kernel::tty {
namespace {

class MasterFile final : public fs::File {
public:
    MasterFile(Ref<fs::Inode> node, u32 flags, Ref<Pty> pty) : File{std::move(node), flags}, pty_{std::move(pty)} {}
    ~MasterFile() override { pty_->close_master(); }

    Result<u64> read(u64 count, fs::Sink& sink) override { return pty_->read_output(is_nonblocking(), count, sink); }
    Result<u64> write(u64 count, fs::Source& source) override { return pty_->type(is_nonblocking(), count, source); }
    fs::PollEvents poll(fs::PollTable* table) override { return pty_->poll_master(table); }
    Result<i64> control(u64 command, u64 argument) override;

private:
    Result<i64> open_peer(u32 flags);
    Result<i64> send_signal(u64 number);

    Ref<Pty> pty_;
};

/// TIOCGPTPEER: the terminal's side, by whatever name it is to be had, or none.
Result<i64> MasterFile::open_peer(u32 flags)
{
    auto file = TRY(open_terminal(pty_->node, flags, Ref<Terminal>::share(pty_.get())));
    const bool close_on_exec = (flags & fs::open_close_on_exec) != 0;
    const u32 descriptor = TRY(Process::current().files().with(
        [&](fs::FileTable& files) { return files.install(std::move(file), close_on_exec); }));
    return i64{descriptor};
}

/// TIOCSIG.
Result<i64> MasterFile::send_signal(u64 number)
{
    const auto signal = static_cast<Signal>(number);
    if (signal != Signal::interrupt && signal != Signal::quit && signal != Signal::tstp)
        return Errno::einval;
    signal_foreground(*pty_, signal);
    return i64{0};
}

Result<i64> MasterFile::control(u64 command, u64 argument)
{
    switch (command) {
    case ioctl::tiocgptn: return write_user(argument, pty_->number());
    case ioctl::tiocsptlck: pty_->locked.store(TRY(read_user<i32>(argument)) != 0, Order::relaxed); return i64{0};
    case ioctl::tiocgptlck: return write_user(argument, i32{pty_->locked.load(Order::relaxed)});
    case ioctl::tiocgptpeer: return open_peer(static_cast<u32>(argument));
    case ioctl::tiocsig: return send_signal(argument);
    case ioctl::fionread: return write_user(argument, pty_->output_waiting());
    case ioctl::tcflsh: // what comes out here is this side's input
        if (argument != 1)
            pty_->drop_output();
        return i64{0};
    default: return control_terminal(pty_, command, argument, Side::master);
    }
}

Result<Ref<fs::File>> open_master(const Ref<fs::Inode>& node, u32 flags)
{
    auto pty = TRY(Pty::create());
    auto peer = make_pty_node(pty->number());
    if (!peer) {
        pty->close_master();
        return peer.error();
    }
    pty->node = peer.release();
    auto file = make_ref<MasterFile>(node, flags, pty);
    if (!file) {
        pty->close_master();
        return file.error();
    }
    return Ref<fs::File>{file.release()};
}

Result<Ref<fs::File>> open_slave(const Ref<fs::Inode>& node, u32 flags)
{
    auto pty = Pty::find(node->device().minor);
    if (!pty)
        return Errno::enxio;
    return open_terminal(node, flags, std::move(pty));
}

CHARACTER_DEVICE(ptmx, {5, 2}, 0666, "ptmx", open_master);
CHARACTER_DEVICE(pts, {136, 0}, 0620, {}, open_slave, 1 << 20);

} // namespace
} // namespace kernel::tty
