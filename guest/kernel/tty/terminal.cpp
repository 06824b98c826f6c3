#include "kernel/tty/terminal.hpp"

#include "kernel/tty/job_control.hpp"

#include <algorithm>

namespace kernel::tty {

void Terminal::State::show(std::string_view bytes)
{
    if (!stopped && !suspended && held.empty())
        bytes.remove_prefix(driver.write(bytes));
    if (!bytes.empty())
        held.push(std::as_bytes(std::span{bytes.data(), bytes.size()}));
}

void Terminal::State::start()
{
    stopped = false;
    started = send_held();
}

void Terminal::State::discard_output()
{
    held.drop(held.size());
    driver.discard_output();
}

/// Whether there is nothing more of it.
bool Terminal::State::send_held()
{
    char chunk[64];
    while (!stopped && !suspended && !held.empty()) {
        const std::size_t count = held.peek(0, std::as_writable_bytes(std::span{chunk}));
        const std::size_t sent = driver.write({chunk, count});
        held.drop(sent);
        if (sent < count)
            break;
    }
    return held.empty() && !stopped && !suspended;
}

/// As much of it as there is room for when it has become what it becomes.
std::size_t Terminal::State::write(std::string_view bytes)
{
    if (!can_write())
        return 0;
    std::size_t room = driver.write_room();
    if (!lines.processes_output())
        return driver.write(bytes.substr(0, room));
    char out[128];
    std::size_t length = 0;
    std::size_t done = 0;
    while (done < bytes.size() && sizeof out - length >= least_room && room >= least_room) {
        const std::string_view plain = lines.process_ordinary(bytes.substr(done, std::min(sizeof out - length, room)));
        if (!plain.empty()) {
            length += plain.copy(out + length, plain.size());
            room -= plain.size();
            done += plain.size();
            continue;
        }
        const OutputProcessor::Piece piece = lines.process(bytes[done++]);
        length += piece.view().copy(out + length, sizeof out - length);
        room -= piece.view().size();
    }
    driver.write({out, length});
    return done;
}

std::size_t Terminal::receive(std::string_view typed)
{
    signal::SignalSet signals;
    bool readable = false;
    bool started = false;
    const std::size_t taken = state_.with([&](State& state) {
        const std::size_t count = state.lines.receive(typed);
        signals = state.lines.take_signals();
        readable = state.lines.ready();
        started = std::exchange(state.started, false);
        return count;
    });
    after_input(signals, readable, started);
    return taken;
}

void Terminal::after_input(signal::SignalSet signals, bool readable, bool started)
{
    for (const Signal signal : {Signal::interrupt, Signal::quit, Signal::tstp})
        if (signals.contains(signal))
            signal_foreground(*this, signal);
    if (readable)
        readers_.wake_up_all(fs::poll::readable);
    if (started)
        writers_.wake_up_all(fs::poll::writable);
}

std::size_t Terminal::input_room()
{
    return state_.with([](State& state) { return state.lines.room(); });
}

void Terminal::output_wanted()
{
    if (state_.with([](State& state) { return state.send_held() && state.can_write(); }))
        writers_.wake_up_all(fs::poll::writable);
}

void Terminal::hang_up(bool leader_ends)
{
    hangups_.fetch_add(1, Order::acq_rel);
    state_.with([&](State& state) {
        state.lines.set_termios(initial_termios_);
        state.lines.discard_input();
        state.stopped = state.suspended = false;
        state.discard_output();
    });
    readers_.wake_up_all();
    writers_.wake_up_all();
    release_session(*this, leader_ends);
}

Termios Terminal::termios()
{
    return state_.with([](State& state) { return state.lines.termios(); });
}

void Terminal::set_termios(const Termios& termios, bool discard_input)
{
    if (discard_input)
        this->discard_input();
    state_.with([&](State& state) { state.lines.set_termios(termios); });
    // What readers and writers wait for may be there by the new settings.
    readers_.wake_up_all();
    writers_.wake_up_all();
}

WindowSize Terminal::window_size()
{
    return state_.with([](State& state) { return state.size; });
}

void Terminal::set_window_size(const WindowSize& size)
{
    const bool changed = state_.with([&](State& state) { return std::exchange(state.size, size) != size; });
    if (changed)
        signal_foreground(*this, Signal::winch);
}

u32 Terminal::input_size()
{
    return state_.with([](State& state) { return static_cast<u32>(state.lines.input_size()); });
}

void Terminal::discard_input()
{
    state_.with([](State& state) { state.lines.discard_input(); });
    driver_.input_wanted();
}

void Terminal::discard_output()
{
    state_.with([](State& state) { state.discard_output(); });
    writers_.wake_up_all(fs::poll::writable);
}

void Terminal::suspend_output(bool suspended)
{
    const bool can_write = state_.with([&](State& state) {
        state.suspended = suspended;
        return state.send_held();
    });
    if (can_write)
        writers_.wake_up_all(fs::poll::writable);
}

void Terminal::send_flow_character(Special which)
{
    state_.with([&](State& state) {
        const u8 character = state.lines.termios()[which];
        const char bytes[] = {static_cast<char>(character)};
        if (character != disabled)
            driver_.write({bytes, 1});
    });
}

fs::PollEvents Terminal::poll(const Use& use, fs::PollTable* table)
{
    if (table != nullptr) {
        table->wait_on(readers_);
        table->wait_on(writers_);
    }
    if (is_hung_up(use))
        return fs::poll::always | fs::poll::err | fs::poll::hup;
    return state_.with([](State& state) {
        fs::PollEvents events;
        if (state.lines.ready())
            events |= fs::poll::readable;
        if (state.can_write())
            events |= fs::poll::writable;
        return events;
    });
}

} // namespace kernel::tty
