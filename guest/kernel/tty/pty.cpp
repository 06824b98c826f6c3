#include "kernel/tty/pty.hpp"

#include <algorithm>

namespace kernel::tty {
namespace {

constexpr u64 chunk_size = 256;

constexpr Termios pty_termios = [] {
    Termios termios = standard_termios;
    termios.c_cflag = control::b38400 | control::cs8 | control::cread;
    return termios;
}();

} // namespace

Pty::Pty() : Terminal{static_cast<Driver&>(*this), pty_termios} {}

std::size_t Pty::write(std::string_view bytes)
{
    const std::size_t count =
        output_.with([&](Output& output) { return output.bytes.push(std::as_bytes(std::span{bytes})); });
    if (count != 0)
        readers_.wake_up_all(fs::poll::readable);
    return count;
}

std::size_t Pty::write_room() const
{
    return output_.with([](const Output& output) { return output.bytes.space(); });
}

Result<void> Pty::open()
{
    if (locked.load(Order::relaxed))
        return Errno::eio;
    return output_.with([](Output& output) -> Result<void> {
        if (!output.has_master)
            return Errno::eio;
        ++output.opens;
        output.was_closed = false;
        return {};
    });
}

void Pty::close()
{
    const bool last = output_.with([](Output& output) { return output.was_closed = --output.opens == 0; });
    if (last)
        readers_.wake_up_all();
}

bool Pty::has_output_or_end() const
{
    return output_.with([](const Output& output) { return !output.bytes.empty() || output.was_closed; });
}

Result<u64> Pty::read_output(bool nonblocking, u64 count, fs::Sink& sink)
{
    char chunk[chunk_size];
    u64 done = 0;
    while (done < count) {
        bool ended = false;
        const std::size_t got = output_.with([&](Output& output) {
            ended = output.was_closed;
            return output.bytes.pop(std::as_writable_bytes(std::span{chunk}.first(std::min(count - done, chunk_size))));
        });
        if (got != 0) {
            output_wanted();
            TRY(sink.put(done, std::as_bytes(std::span{chunk, got})));
            done += got;
            continue;
        }
        if (done != 0)
            break;
        if (ended)
            return Errno::eio;
        if (nonblocking)
            return Errno::eagain;
        if (readers_.wait({.state = TaskState::interruptible}, [&] { return has_output_or_end(); }) ==
            WaitEnd::interrupted)
            return Errno::erestartsys;
    }
    return done;
}

Result<u64> Pty::type(bool nonblocking, u64 count, fs::Source& source)
{
    char chunk[chunk_size];
    u64 done = 0;
    while (done < count) {
        const std::size_t room = input_room();
        if (room == 0 && nonblocking)
            return done != 0 ? Result<u64>{done} : Errno::eagain;
        if (room == 0) {
            const WaitEnd end = writers_.wait({.state = TaskState::interruptible}, [&] { return input_room() != 0; });
            if (end == WaitEnd::interrupted)
                return done != 0 ? Result<u64>{done} : Errno::erestartsys;
            continue;
        }
        const u64 part = std::min({count - done, chunk_size, u64{room}});
        const auto got = source.get(done, std::as_writable_bytes(std::span{chunk, part}));
        if (!got)
            return done != 0 ? Result<u64>{done} : got.error();
        done += receive({chunk, part});
    }
    return done;
}

fs::PollEvents Pty::poll_master(fs::PollTable* table)
{
    if (table != nullptr) {
        table->wait_on(readers_);
        table->wait_on(writers_);
    }
    fs::PollEvents events = output_.with([](Output& output) {
        fs::PollEvents ready;
        if (!output.bytes.empty())
            ready |= fs::poll::readable;
        if (output.was_closed)
            ready |= fs::poll::hup;
        return ready;
    });
    if (input_room() != 0)
        events |= fs::poll::writable;
    return events;
}

u32 Pty::output_waiting() const
{
    return output_.with([](const Output& output) { return static_cast<u32>(output.bytes.size()); });
}

void Pty::drop_output()
{
    output_.with([](Output& output) { output.bytes.drop(output.bytes.size()); });
    output_wanted();
}

} // namespace kernel::tty
