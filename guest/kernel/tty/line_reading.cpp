#include "kernel/tty/line_discipline.hpp"

#include <algorithm>

// What read(2), poll(2) and FIONREAD see of the line discipline.
namespace kernel::tty {

bool LineDiscipline::ready() const
{
    if (is_canonical())
        return input_.has_line();
    const bool waits_for_more = termios_[Special::time] == 0 && termios_[Special::min] != 0;
    return input_.size() >= (waits_for_more ? termios_[Special::min] : 1U);
}

/// Where the first line ends, the byte that ends it included; no further than `limit`.
u64 LineDiscipline::end_of_line(u64 limit, bool& found) const
{
    for (u64 position = input_.tail(); position != limit; ++position) {
        found = input_.ends_line(position);
        if (found)
            return position + 1;
    }
    return limit;
}

LineDiscipline::Taken LineDiscipline::read(std::span<char> to)
{
    Taken taken;
    u64 end = is_canonical() ? input_.line_start() : input_.head();
    // An end of input that comes right behind what there is room for goes with it.
    const u64 room = to.size() + (is_canonical() ? 1 : 0);
    end = std::min(end, input_.tail() + room);
    if (is_canonical())
        end = end_of_line(end, taken.line_over);
    const bool end_of_input = taken.line_over && input_[end - 1] == disabled;
    const u64 bytes = end - input_.tail() - (end_of_input ? 1 : 0);
    taken.count = std::min<u64>(bytes, to.size());
    if (taken.count < bytes)
        taken.line_over = false;
    for (std::size_t i = 0; i < taken.count; ++i)
        to[i] = static_cast<char>(input_[input_.tail() + i]);
    input_.pop(taken.count + (taken.line_over && end_of_input ? 1 : 0));
    return taken;
}

std::size_t LineDiscipline::input_size() const
{
    if (!is_canonical())
        return input_.size();
    std::size_t count = 0;
    for (u64 position = input_.tail(); position != input_.line_start(); ++position)
        if (!input_.ends_line(position) || input_[position] != disabled)
            ++count;
    return count;
}

} // namespace kernel::tty
