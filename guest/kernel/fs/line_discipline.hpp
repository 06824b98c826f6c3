#pragma once

#include "lib/ring_buffer.hpp"
#include "lib/types.hpp"

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

namespace kernel::fs {

/// Turns what is typed into lines (termios(3)'s canonical mode with ICRNL and ECHO): Backspace and DEL take back a
/// character, ^U the line, ^D ends the input. A line can be read once it is ended. Not locked.
class LineDiscipline {
public:
    static constexpr std::size_t max_line = 255; ///< MAX_CANON; further characters are dropped

    /// Receives what is to be shown for what was typed.
    using Echo = void (*)(std::string_view text);

    void type(char character, Echo echo);

    /// There is a line, or an end of input, to be read.
    bool readable() const { return rest_ != 0 || !lines_.empty(); }
    /// Takes as much of the first line as fits; what is left of it comes next time. 0: end of input. Call it when
    /// readable.
    std::size_t read(std::span<char> to);

private:
    void end_line();

    std::array<char, max_line + 1> edited_{};
    std::size_t length_ = 0; ///< of what is being edited
    RingBuffer<4096> lines_; ///< for each line its length, in two bytes, and its characters
    std::size_t rest_ = 0;   ///< characters of the first line that are still to be read; its length is taken already
};

} // namespace kernel::fs
