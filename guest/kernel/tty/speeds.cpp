#include "kernel/tty/speeds.hpp"

namespace kernel::tty {
namespace {

constexpr u32 extended = 0x1000;     ///< CBAUDEX: the second half of the table
constexpr u32 number_mask = 0xf;     ///< of one in its half
constexpr u32 other = extended;      ///< BOTHER: what c_ospeed says
constexpr unsigned input_shift = 16; ///< IBSHIFT: the same for input, where 0 is "as the output"

/// B0 to B38400, then from B57600 on; the first of the second half is BOTHER.
constexpr u32 speeds[2][16] = {
    {0, 50, 75, 110, 134, 150, 200, 300, 600, 1200, 1800, 2400, 4800, 9600, 19200, 38400},
    {0, 57600, 115200, 230400, 460800, 500000, 576000, 921600, 1000000, 1152000, 1500000, 2000000, 2500000, 3000000,
     3500000, 4000000},
};

u32 settle(u32 code, u32 said)
{
    if (code == other)
        return said;
    return speeds[(code & extended) != 0 ? 1 : 0][code & number_mask];
}

} // namespace

void settle_speeds(Termios& termios)
{
    termios.c_ospeed = settle(termios.c_cflag & control::baud_mask, termios.c_ospeed);
    const u32 input = termios.c_cflag >> input_shift & control::baud_mask;
    termios.c_ispeed = input == control::b0 ? termios.c_ospeed : settle(input, termios.c_ispeed);
}

} // namespace kernel::tty
