#pragma once

#include "kernel/signal/number.hpp"
#include "kernel/tty/input_buffer.hpp"
#include "kernel/tty/output_processor.hpp"
#include "kernel/tty/termios.hpp"

#include <cstddef>
#include <span>
#include <string_view>
#include <utility>

namespace kernel::tty {

/// What a line discipline does to the device behind it.
class Wire {
public:
    /// Shows what was typed. All of it goes out, later if need be.
    virtual void show(std::string_view bytes) = 0;
    /// Output flow control (^S, ^Q).
    virtual void stop() = 0;
    virtual void start() = 0;
    virtual bool is_stopped() const = 0;
    /// Drops what has not gone out yet.
    virtual void discard_output() = 0;

protected:
    ~Wire() = default;
};

/// Between what is typed and what read(2) gives, and between what write(2) takes and what goes out: Linux's N_TTY, with
/// everything that termios(3) can ask of it. Not locked; does not sleep; sends no signals, but says which to send.
class LineDiscipline {
public:
    explicit LineDiscipline(Wire& wire, const Termios& termios = standard_termios) : wire_{wire}, termios_{termios} {}

    const Termios& termios() const { return termios_; }
    void set_termios(const Termios& termios);

    /// Takes what has been typed, and how much of it: what there is no room for may come again when something was
    /// read. A line that is longer than the room is cut, so that there is always a way to end it.
    std::size_t receive(std::string_view typed);
    /// The other side sent a break.
    void receive_break();
    /// What receive() would take.
    std::size_t room() const;
    /// For the foreground process group, since the last call.
    signal::SignalSet take_signals() { return std::exchange(signals_, {}); }

    /// There is something to be read: a line, an end of input, or outside of canonical mode a character.
    bool readable() const { return is_canonical() ? input_.has_line() : input_.size() != 0; }
    /// What poll(2) calls readable: with MIN and without TIME, as many characters as MIN says.
    bool ready() const;
    /// Takes what there is, of one line at most. `line_over`: the read is over, however little it gave. In canonical
    /// mode 0 bytes with `line_over` are an end of input.
    struct Taken {
        std::size_t count = 0;
        bool line_over = false;
    };
    Taken read(std::span<char> to);
    /// FIONREAD: an end of input counts for nothing.
    std::size_t input_size() const;
    /// TCIFLUSH.
    void discard_input();

    /// What goes out for a character that is written.
    OutputProcessor::Piece process(char character) { return output_.process(character, termios_); }
    /// Takes what needs no processing from the beginning of `bytes`.
    std::string_view process_ordinary(std::string_view bytes)
    {
        const std::size_t count = OutputProcessor::ordinary(bytes, termios_);
        output_.advance(static_cast<unsigned>(count));
        return bytes.substr(0, count);
    }
    bool processes_output() const { return termios_.has_output(output::opost); }

    bool is_canonical() const { return termios_.has_local(local::icanon); }

private:
    void receive_one(u8 character);
    void receive_literal(u8 character);
    bool handle_flow(u8 character);
    bool handle_signal(u8 character);
    bool handle_editing(u8 character);
    bool handle_line_end(u8 character);
    void add(u8 character);
    void store(u8 character);
    void raise(Signal signal);

    // line_editing.cpp
    void erase(u8 character);
    void kill();
    void erase_characters(bool whole_word, bool whole_line);
    void rub_out(u8 character, u64 from, u64 end);
    void rub_out_tab();
    void print_erased(u8 character, u64 from, u64 end);
    void finish_printing_erased();
    void reprint();

    // echo.cpp
    void echo(u8 character);
    void echo_raw(char character);
    void echo_typed(u8 character);
    void go_back(unsigned columns);

    u64 end_of_line(u64 limit, bool& found) const;

    Wire& wire_;
    Termios termios_;
    InputBuffer input_;
    OutputProcessor output_;
    signal::SignalSet signals_;
    bool literal_next_ = false;    ///< LNEXT was typed
    bool printing_erased_ = false; ///< ECHOPRT: between \ and /
};

} // namespace kernel::tty
