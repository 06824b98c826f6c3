#include "kernel/tty/output_processor.hpp"

#include "kernel/tty/characters.hpp"

#include <algorithm>

namespace kernel::tty {

OutputProcessor::Piece OutputProcessor::process(char character, const Termios& termios)
{
    constexpr unsigned tab_width = 8;
    Piece piece;
    switch (character) {
    case '\n':
        if (termios.has_output(output::onlret))
            column_ = 0;
        if (termios.has_output(output::onlcr)) {
            return_carriage();
            piece.append('\r');
        }
        line_column_ = column_;
        break;
    case '\r':
        if (termios.has_output(output::onocr) && column_ == 0)
            return piece;
        if (termios.has_output(output::ocrnl)) {
            character = '\n';
            if (!termios.has_output(output::onlret))
                break;
        }
        return_carriage();
        break;
    case '\t': {
        const unsigned blanks = tab_width - column_ % tab_width;
        column_ += blanks;
        if ((termios.c_oflag & output::tabdly) != output::xtabs)
            break;
        for (unsigned i = 0; i < blanks; ++i)
            piece.append(' ');
        return piece;
    }
    case '\b': go_back(); break;
    default: {
        const u8 byte = static_cast<u8>(character);
        if (is_control(byte))
            break;
        if (termios.has_output(output::olcuc))
            character = static_cast<char>(to_upper(byte));
        if (!termios.has_input(input::iutf8) || !is_continuation(byte))
            ++column_;
    }
    }
    piece.append(character);
    return piece;
}

std::size_t OutputProcessor::ordinary(std::string_view bytes, const Termios& termios)
{
    if (termios.has_output(output::olcuc))
        return 0;
    const auto end = std::find_if(bytes.begin(), bytes.end(), [](char c) { return c < ' ' || c == 0x7f; });
    return static_cast<std::size_t>(end - bytes.begin()); // char is signed: none beyond ASCII either
}

} // namespace kernel::tty
