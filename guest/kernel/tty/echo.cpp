#include "kernel/tty/characters.hpp"
#include "kernel/tty/line_discipline.hpp"

// What is shown for what is typed.
namespace kernel::tty {

/// As it is, but for the output processing.
void LineDiscipline::echo_raw(char character)
{
    if (processes_output())
        wire_.show(output_.process(character, termios_).view());
    else
        wire_.show({&character, 1});
}

/// Control characters as ^X, with ECHOCTL.
void LineDiscipline::echo(u8 character)
{
    finish_printing_erased();
    const bool caret = termios_.has_local(local::echoctl) && is_control(character) && character != '\t';
    if (!caret)
        return echo_raw(static_cast<char>(character));
    const char shown[2] = {'^', static_cast<char>(caret_letter(character))};
    output_.advance(sizeof shown);
    wire_.show({shown, sizeof shown});
}

/// Of a line: where it begins is remembered, so that its tabs can be rubbed out.
void LineDiscipline::echo_typed(u8 character)
{
    finish_printing_erased();
    if (input_.edited() == 0)
        output_.mark_line();
    echo(character);
}

void LineDiscipline::go_back(unsigned columns)
{
    for (; columns != 0; --columns) {
        wire_.show("\b");
        output_.go_back();
    }
}

} // namespace kernel::tty
