#pragma once

#include "kernel/tty/termios.hpp"

#include <array>
#include <string_view>

namespace kernel::tty {

/// Output processing (c_oflag), and the column that the cursor is in, which rubbing out a tab must know.
class OutputProcessor {
public:
    /// What goes out for one character: at most the blanks of a tab.
    class Piece {
    public:
        std::string_view view() const { return {bytes_.data(), length_}; }
        void append(char character) { bytes_[length_++] = character; }

    private:
        std::array<char, 8> bytes_{};
        u8 length_ = 0;
    };

    /// With OPOST; without it the character goes out as it is, and no column is known.
    Piece process(char character, const Termios& termios);

    /// How many of the first bytes are ordinary characters that go out as they are, a column each. Most output is such,
    /// and need not be looked at twice.
    static std::size_t ordinary(std::string_view bytes, const Termios& termios);

    /// What moves the cursor without being processed.
    void advance(unsigned columns) { column_ += columns; }
    void go_back()
    {
        if (column_ != 0)
            --column_;
    }
    unsigned column() const { return column_; }

    /// Where the line that is being typed begins: after a prompt, say.
    void mark_line() { line_column_ = column_; }
    unsigned line_column() const { return line_column_; }
    void reset() { column_ = line_column_ = 0; }

private:
    void return_carriage() { column_ = line_column_ = 0; }

    unsigned column_ = 0;
    unsigned line_column_ = 0;
};

} // namespace kernel::tty
