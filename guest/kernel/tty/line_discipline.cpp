#include "kernel/tty/line_discipline.hpp"

#include "kernel/tty/characters.hpp"

#include <algorithm>

namespace kernel::tty {
namespace {

constexpr u8 parity_mark = 0xff;
/// One place stays free for the end of a line that is cut.
constexpr u64 usable = InputBuffer::capacity - 1;

} // namespace

void LineDiscipline::set_termios(const Termios& termios)
{
    const Termios old = std::exchange(termios_, termios);
    if (((old.c_lflag ^ termios.c_lflag) & (local::icanon | local::extproc)) != 0) {
        if (is_canonical())
            input_.make_one_line();
        else
            input_.forget_lines();
        literal_next_ = printing_erased_ = false;
    }
    if (old.has_input(input::ixon) && !termios.has_input(input::ixon))
        wire_.start();
}

std::size_t LineDiscipline::room() const
{
    // A mark and a doubled character: three bytes for one, in the worst case.
    const u64 bytes_each = termios_.has_input(input::parmrk) ? 3 : 1;
    const u64 room = input_.size() >= usable ? 0 : (usable - input_.size() + bytes_each - 1) / bytes_each;
    if (room == 0 && is_canonical() && !input_.has_line())
        return 1; // takes the last one's place
    return room;
}

std::size_t LineDiscipline::receive(std::string_view typed)
{
    std::size_t done = 0;
    for (std::size_t now = room(); done < typed.size() && now != 0; now = room()) {
        for (const char character : typed.substr(done, now))
            receive_one(static_cast<u8>(character));
        done = std::min(done + now, typed.size());
    }
    return done;
}

void LineDiscipline::receive_break()
{
    if (termios_.has_input(input::ignbrk))
        return;
    if (termios_.has_input(input::brkint))
        return raise(Signal::interrupt);
    if (termios_.has_input(input::parmrk)) {
        store(parity_mark);
        store(0);
    }
    store(0);
}

void LineDiscipline::receive_one(u8 character)
{
    if (termios_.has_input(input::istrip))
        character &= 0x7f;
    if (termios_.has_input(input::iuclc) && termios_.has_local(local::iexten))
        character = to_lower(character);
    if (termios_.has_local(local::extproc))
        return store(character);
    if (std::exchange(literal_next_, false))
        return receive_literal(character);
    if (handle_flow(character) || handle_signal(character))
        return;
    // Any character lets the output go on, whatever becomes of it.
    if (termios_.has_input(input::ixon) && termios_.has_input(input::ixany) && wire_.is_stopped())
        wire_.start();
    if (character == '\r') {
        if (termios_.has_input(input::igncr))
            return;
        if (termios_.has_input(input::icrnl))
            character = '\n';
    } else if (character == '\n' && termios_.has_input(input::inlcr)) {
        character = '\r';
    }
    if (is_canonical() && (handle_editing(character) || handle_line_end(character)))
        return;
    if (character != '\n' || !termios_.has_local(local::echo))
        return receive_literal(character);
    finish_printing_erased();
    echo_raw('\n');
    add('\n');
}

/// Echoes and keeps it, whatever else it could mean.
void LineDiscipline::receive_literal(u8 character)
{
    if (termios_.has_local(local::echo))
        echo_typed(character);
    add(character);
}

bool LineDiscipline::handle_flow(u8 character)
{
    if (!termios_.has_input(input::ixon))
        return false;
    if (termios_.is(Special::start, character)) {
        wire_.start();
        return true;
    }
    if (termios_.is(Special::stop, character)) {
        wire_.stop();
        return true;
    }
    return false;
}

bool LineDiscipline::handle_signal(u8 character)
{
    if (!termios_.has_local(local::isig))
        return false;
    if (termios_.is(Special::intr, character))
        raise(Signal::interrupt);
    else if (termios_.is(Special::quit, character))
        raise(Signal::quit);
    else if (termios_.is(Special::susp, character))
        raise(Signal::tstp);
    else
        return false;
    if (termios_.has_input(input::ixon))
        wire_.start();
    if (termios_.has_local(local::echo))
        echo(character);
    return true;
}

void LineDiscipline::raise(Signal signal)
{
    signals_.add(signal);
    if (termios_.has_local(local::noflsh))
        return;
    wire_.discard_output();
    discard_input();
}

bool LineDiscipline::handle_editing(u8 character)
{
    const bool extended = termios_.has_local(local::iexten);
    if (termios_.is(Special::erase, character) || termios_.is(Special::kill, character) ||
        (extended && termios_.is(Special::werase, character))) {
        erase(character);
        return true;
    }
    if (extended && termios_.is(Special::lnext, character)) {
        literal_next_ = true;
        if (termios_.has_local(local::echo)) {
            finish_printing_erased();
            if (termios_.has_local(local::echoctl)) {
                echo_raw('^');
                echo_raw('\b');
            }
        }
        return true;
    }
    if (extended && termios_.has_local(local::echo) && termios_.is(Special::reprint, character)) {
        echo(character);
        reprint();
        return true;
    }
    return false;
}

/// An end of input is a NUL that ends a line.
bool LineDiscipline::handle_line_end(u8 character)
{
    const bool extended = termios_.has_local(local::iexten);
    if (character == '\n') {
        if (termios_.has_local(local::echo) || termios_.has_local(local::echonl))
            echo_raw('\n');
        store('\n');
    } else if (termios_.is(Special::eof, character)) {
        store(disabled);
    } else if (termios_.is(Special::eol, character) || (extended && termios_.is(Special::eol2, character))) {
        if (termios_.has_local(local::echo))
            echo_typed(character);
        add(character);
    } else {
        return false;
    }
    input_.end_line();
    return true;
}

/// With PARMRK a \377 that was typed must not look like a mark.
void LineDiscipline::add(u8 character)
{
    if (character == parity_mark && termios_.has_input(input::parmrk))
        store(character);
    store(character);
}

void LineDiscipline::store(u8 character)
{
    if (input_.space() == 0)
        input_.cut(input_.head() - 1); // the line is cut: what ends it must fit
    input_.push(character);
}

void LineDiscipline::discard_input()
{
    input_.clear();
    literal_next_ = printing_erased_ = false;
}

} // namespace kernel::tty
