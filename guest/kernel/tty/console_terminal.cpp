#include "kernel/tty/console_terminal.hpp"

#include "kernel/console.hpp"
#include "kernel/fs/device.hpp"
#include "kernel/init/boot_step.hpp"
#include "kernel/printk.hpp"
#include "kernel/tty/terminal_file.hpp"
#include "kernel/workqueue/workqueue.hpp"
#include "lib/late.hpp"

#include <algorithm>

namespace kernel::tty {
namespace {

/// What comes in is handed to the terminal by a worker: echo takes its time on a serial line, and signals are sent.
/// What the terminal has no room for stays in the console's buffer.
class ConsoleDriver final : public Driver {
public:
    std::size_t write(std::string_view bytes) override
    {
        console::write(bytes);
        return bytes.size();
    }
    std::size_t write_room() const override { return ~std::size_t{0}; }
    void input_wanted() override
    {
        if (console::readable())
            schedule_work(input_);
    }

    void listen();

private:
    static void take_input(Work&);
    Work input_{take_input};
};

Late<ConsoleDriver> driver;
Late<Ref<Terminal>> terminal;

void ConsoleDriver::listen()
{
    console::set_input_listener([] { schedule_work(driver->input_); });
    input_wanted(); // what came before anybody listened
}

void ConsoleDriver::take_input(Work&)
{
    char typed[64];
    while (const std::size_t room = std::min(console_terminal()->input_room(), sizeof typed)) {
        const std::size_t count = console::read({typed, room});
        if (count == 0)
            return;
        console_terminal()->receive({typed, count});
    }
}

constexpr Termios console_termios = [] {
    Termios termios = standard_termios;
    termios.c_cflag = control::b115200 | control::cs8 | control::cread | control::hupcl | control::clocal;
    termios.c_ispeed = termios.c_ospeed = 115200;
    return termios;
}();

void set_up_console_terminal()
{
    auto made = make_ref<Terminal>(driver.construct(), console_termios);
    if (!made)
        panic("no memory for the console's terminal");
    terminal.construct(made.release());
    driver->listen();
}

BOOT_STEP(console_terminal, NEEDS("pages", "workqueues"), PROVIDES("character_devices"), set_up_console_terminal);

Result<Ref<fs::File>> open_console(const Ref<fs::Inode>& node, u32 flags)
{
    return open_terminal(node, flags, console_terminal(), TerminalFile::Kind::console);
}

Result<Ref<fs::File>> open_serial(const Ref<fs::Inode>& node, u32 flags)
{
    return open_terminal(node, flags, console_terminal());
}

CHARACTER_DEVICE(console, {5, 1}, 0600, "console", open_console);
CHARACTER_DEVICE(serial, {4, 64}, 0660, "ttyS0", open_serial);

} // namespace

const Ref<Terminal>& console_terminal() { return *terminal; }

} // namespace kernel::tty
