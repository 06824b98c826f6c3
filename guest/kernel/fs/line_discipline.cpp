#include "kernel/fs/line_discipline.hpp"

#include <algorithm>

namespace kernel::fs {
namespace {

constexpr char end_of_input = 'D' - '@';
constexpr char kill_line = 'U' - '@';
constexpr char backspace = '\b';
constexpr char del = '\x7f';
constexpr std::string_view rub_out = "\b \b";

} // namespace

/// A line for which there is no room is lost whole.
void LineDiscipline::end_line()
{
    const auto length = static_cast<u16>(length_);
    if (lines_.space() >= sizeof length + length_) {
        lines_.push(std::as_bytes(std::span{&length, 1}));
        lines_.push(std::as_bytes(std::span{edited_.data(), length_}));
    }
    length_ = 0;
}

void LineDiscipline::type(char character, Echo echo)
{
    switch (character) {
    case backspace:
    case del:
        if (length_ != 0) {
            --length_;
            echo(rub_out);
        }
        return;
    case kill_line:
        for (; length_ != 0; --length_)
            echo(rub_out);
        return;
    case end_of_input: end_line(); return;
    case '\r':
    case '\n':
        edited_[length_++] = '\n'; // there is always room for it
        echo("\n");
        end_line();
        return;
    default:
        if (length_ == max_line)
            return;
        edited_[length_++] = character;
        echo({&character, 1});
    }
}

std::size_t LineDiscipline::read(std::span<char> to)
{
    if (rest_ == 0) {
        u16 length = 0;
        lines_.pop(std::as_writable_bytes(std::span{&length, 1}));
        rest_ = length;
    }
    const std::size_t count = std::min(rest_, to.size());
    lines_.pop(std::as_writable_bytes(to.first(count)));
    rest_ -= count;
    return count;
}

} // namespace kernel::fs
