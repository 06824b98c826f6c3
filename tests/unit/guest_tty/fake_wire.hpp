#pragma once

#include "kernel/tty/line_discipline.hpp"

#include <string>

/// A wire that writes down what it is told.
class FakeWire final : public kernel::tty::Wire {
public:
    void show(std::string_view bytes) override { shown += bytes; }
    void stop() override { stopped = true; }
    void start() override { stopped = false; }
    bool is_stopped() const override { return stopped; }
    void discard_output() override { ++discarded; }

    std::string shown;
    bool stopped = false;
    int discarded = 0;
};

/// A line discipline with its surroundings.
struct Terminal {
    explicit Terminal(const kernel::tty::Termios& termios = kernel::tty::standard_termios) : lines{wire, termios} {}

    std::size_t type(std::string_view text) { return lines.receive(text); }

    std::string read(std::size_t most = 8192)
    {
        std::string text(most, '\0');
        text.resize(lines.read(text).count);
        return text;
    }

    FakeWire wire;
    kernel::tty::LineDiscipline lines;
};

/// The standard settings, changed.
struct Settings {
    kernel::tty::Termios termios = kernel::tty::standard_termios;

    Settings& set_input(u32 flags)
    {
        termios.c_iflag |= flags;
        return *this;
    }
    Settings& clear_input(u32 flags)
    {
        termios.c_iflag &= ~flags;
        return *this;
    }
    Settings& set_local(u32 flags)
    {
        termios.c_lflag |= flags;
        return *this;
    }
    Settings& clear_local(u32 flags)
    {
        termios.c_lflag &= ~flags;
        return *this;
    }
    Settings& set_output(u32 flags)
    {
        termios.c_oflag |= flags;
        return *this;
    }
    Settings& clear_output(u32 flags)
    {
        termios.c_oflag &= ~flags;
        return *this;
    }
    Settings& set(kernel::tty::Special which, u8 character)
    {
        termios.c_cc[static_cast<u8>(which)] = character;
        return *this;
    }
    /// Without canonical mode, with these MIN and TIME.
    Settings& raw(u8 minimum, u8 tenths)
    {
        return clear_local(kernel::tty::local::icanon)
            .set(kernel::tty::Special::min, minimum)
            .set(kernel::tty::Special::time, tenths);
    }
};
