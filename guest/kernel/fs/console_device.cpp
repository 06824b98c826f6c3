#include "kernel/fs/console_device.hpp"

#include "arch/user_access.hpp"
#include "kernel/console.hpp"

#include <algorithm>

namespace kernel::fs {
namespace {

constexpr u64 get_window_size = 0x5413; ///< TIOCGWINSZ (asm-generic/ioctls.h)

/// struct winsize (asm-generic/termios.h).
struct WindowSize {
    u16 rows;
    u16 columns;
    u16 width_in_pixels;
    u16 height_in_pixels;
};
/// What a terminal has that nobody has told otherwise.
constexpr WindowSize default_window_size{24, 80, 0, 0};

constexpr u64 chunk_size = 256;

} // namespace

void ConsoleDevice::start()
{
    console::set_input_listener([] { console_device().take_input(); });
    take_input(); // what came before anybody listened
}

/// In interrupt context.
void ConsoleDevice::take_input()
{
    char typed[64];
    bool readable = false;
    while (const std::size_t count = console::read(typed)) {
        readable |= lines_.with([&](LineDiscipline& lines) {
            for (const char character : std::span{typed, count})
                lines.type(character, console::write);
            return lines.readable();
        });
    }
    if (readable)
        readers_.wake_up_all();
}

Result<u64> ConsoleDevice::read(u64 count, Sink& sink)
{
    if (count == 0)
        return u64{0};
    char line[chunk_size];
    std::size_t length = 0;
    readers_.wait([&] {
        return lines_.with([&](LineDiscipline& lines) {
            if (!lines.readable())
                return false;
            length = lines.read({line, std::min<u64>(count, sizeof line)});
            return true;
        });
    });
    TRY(sink.put(0, std::as_bytes(std::span{line, length})));
    return u64{length};
}

Result<u64> ConsoleDevice::write(u64 count, Source& source)
{
    char chunk[chunk_size];
    u64 done = 0;
    while (done < count) {
        const u64 part = std::min(count - done, chunk_size);
        const auto got = source.get(done, std::as_writable_bytes(std::span{chunk, part}));
        if (!got && done == 0)
            return got.error();
        if (!got)
            break;
        console::write({chunk, part});
        done += part;
    }
    return done;
}

Result<i64> ConsoleDevice::control(u64 command, u64 argument)
{
    if (command != get_window_size)
        return Errno::enotty;
    TRY(arch::copy_to_user({argument}, std::as_bytes(std::span{&default_window_size, 1})));
    return i64{0};
}

} // namespace kernel::fs
