#include "kernel/tty/characters.hpp"
#include "kernel/tty/line_discipline.hpp"

// ERASE, WERASE, KILL and REPRINT: what becomes of the line, and how that looks.
namespace kernel::tty {

void LineDiscipline::erase(u8 character)
{
    if (input_.edited() == 0)
        return;
    if (termios_.is(Special::erase, character))
        return erase_characters(false, false);
    if (termios_.is(Special::kill, character))
        return kill();
    erase_characters(true, false);
}

void LineDiscipline::kill()
{
    const u32 rubbing_out = local::echok | local::echoke | local::echoe;
    const bool echoes = termios_.has_local(local::echo);
    if (echoes && (termios_.c_lflag & rubbing_out) == rubbing_out)
        return erase_characters(false, true);
    input_.cut(input_.line_start());
    if (!echoes)
        return;
    echo(termios_[Special::kill]);
    if (termios_.has_local(local::echok))
        echo_raw('\n');
}

/// The last one, or those of the last word, or all. A UTF-8 character goes as a whole.
void LineDiscipline::erase_characters(bool whole_word, bool whole_line)
{
    const bool utf8 = termios_.has_input(input::iutf8);
    bool in_word = false;
    while (input_.edited() != 0) {
        const u64 end = input_.head();
        u64 from = end - 1;
        while (utf8 && is_continuation(input_[from]) && from != input_.line_start())
            --from;
        const u8 character = input_[from];
        if (utf8 && is_continuation(character))
            break; // its beginning is not there
        if (whole_word) {
            if (in_word && !is_word(character))
                break;
            in_word = in_word || is_word(character);
        }
        input_.cut(from);
        if (termios_.has_local(local::echo))
            rub_out(character, from, end);
        if (!whole_word && !whole_line)
            break;
    }
    if (input_.edited() == 0 && termios_.has_local(local::echo))
        finish_printing_erased();
}

/// `character` was at `from`, and no longer is; its bytes went to `end`.
void LineDiscipline::rub_out(u8 character, u64 from, u64 end)
{
    constexpr std::string_view blank_out = "\b \b";
    if (termios_.has_local(local::echoprt))
        return print_erased(character, from, end);
    if (!termios_.has_local(local::echoe))
        return echo(termios_[Special::erase]);
    if (character == '\t')
        return rub_out_tab();
    const bool caret = termios_.has_local(local::echoctl);
    const unsigned columns = !is_control(character) ? 1 : caret ? 2 : 0;
    for (unsigned i = 0; i < columns; ++i) {
        wire_.show(blank_out);
        output_.go_back();
    }
}

/// Back to the column where the character before it ends. That takes only what is typed behind the tab before, or
/// behind the beginning of the line.
void LineDiscipline::rub_out_tab()
{
    constexpr unsigned tab_width = 8;
    unsigned columns = 0;
    bool behind_tab = false;
    for (u64 position = input_.head(); position != input_.line_start() && !behind_tab;) {
        const u8 character = input_[--position];
        behind_tab = character == '\t';
        if (behind_tab)
            break;
        if (is_control(character))
            columns += termios_.has_local(local::echoctl) ? 2 : 0;
        else if (!termios_.has_input(input::iutf8) || !is_continuation(character))
            ++columns;
    }
    if (!behind_tab)
        columns += output_.line_column();
    go_back(tab_width - columns % tab_width);
}

/// ECHOPRT: what is erased is printed between \ and /.
void LineDiscipline::print_erased(u8 character, u64 from, u64 end)
{
    if (!printing_erased_) {
        echo_raw('\\');
        printing_erased_ = true;
    }
    const bool caret = termios_.has_local(local::echoctl) && is_control(character) && character != '\t';
    if (caret)
        echo_raw('^');
    echo_raw(static_cast<char>(caret ? caret_letter(character) : character));
    for (u64 position = from + 1; position != end; ++position)
        echo_raw(static_cast<char>(input_[position]));
}

void LineDiscipline::finish_printing_erased()
{
    if (!printing_erased_)
        return;
    printing_erased_ = false;
    echo_raw('/');
}

void LineDiscipline::reprint()
{
    echo_raw('\n');
    for (u64 position = input_.line_start(); position != input_.head(); ++position)
        echo(input_[position]);
}

} // namespace kernel::tty
