#include "kernel/fs/device.hpp"
#include "kernel/tty/job_control.hpp"
#include "kernel/tty/terminal_file.hpp"

// /dev/tty: whatever terminal is the controlling one of who opens it.
namespace kernel::tty {
namespace {

Result<Ref<fs::File>> open_own_terminal(const Ref<fs::Inode>& node, u32 flags)
{
    Ref<Terminal> terminal = controlling_terminal();
    if (!terminal)
        return Errno::enxio;
    return open_terminal(node, flags | fs::open_no_tty, terminal);
}

CHARACTER_DEVICE(own_terminal, {5, 0}, 0666, "tty", open_own_terminal);

} // namespace
} // namespace kernel::tty
