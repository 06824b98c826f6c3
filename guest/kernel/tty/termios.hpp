#pragma once

#include "lib/types.hpp"

#include <array>

/// What a program can set about a terminal: termios(3), with the kernel's layouts and numbers (asm-generic/termbits.h).
namespace kernel::tty {

/// c_iflag: what becomes of input.
namespace input {
inline constexpr u32 ignbrk = 0x001; ///< a break is nothing
inline constexpr u32 brkint = 0x002; ///< a break is SIGINT
inline constexpr u32 ignpar = 0x004;
inline constexpr u32 parmrk = 0x008; ///< \377 is read as \377 \377, a break as \377 \0 \0
inline constexpr u32 inpck = 0x010;
inline constexpr u32 istrip = 0x020; ///< only seven bits count
inline constexpr u32 inlcr = 0x040;  ///< NL is read as CR
inline constexpr u32 igncr = 0x080;  ///< CR is nothing
inline constexpr u32 icrnl = 0x100;  ///< CR is read as NL
inline constexpr u32 iuclc = 0x200;  ///< upper case is read as lower case
inline constexpr u32 ixon = 0x400;   ///< ^S stops the output, ^Q lets it go on
inline constexpr u32 ixany = 0x800;  ///< any character lets it go on
inline constexpr u32 ixoff = 0x1000;
inline constexpr u32 imaxbel = 0x2000; ///< a bell for what there is no room for
inline constexpr u32 iutf8 = 0x4000;   ///< erasing takes a whole UTF-8 character
} // namespace input

/// c_oflag: what becomes of output.
namespace output {
inline constexpr u32 opost = 0x01; ///< anything at all of what follows
inline constexpr u32 olcuc = 0x02;
inline constexpr u32 onlcr = 0x04;    ///< NL goes out as CR NL
inline constexpr u32 ocrnl = 0x08;    ///< CR goes out as NL
inline constexpr u32 onocr = 0x10;    ///< no CR in column 0
inline constexpr u32 onlret = 0x20;   ///< NL does what CR does, too
inline constexpr u32 tabdly = 0x1800; ///< of the delays that there once were only the value of tabs means something:
inline constexpr u32 xtabs = 0x1800;  ///< tabs go out as blanks
} // namespace output

/// c_cflag: the line. It matters to a wire that there is not; here it is only remembered.
namespace control {
inline constexpr u32 baud_mask = 0x100f;
inline constexpr u32 b0 = 0; ///< hang up
inline constexpr u32 b9600 = 0x0d;
inline constexpr u32 b38400 = 0x0f;
inline constexpr u32 b115200 = 0x1002;
inline constexpr u32 csize = 0x30;
inline constexpr u32 cs8 = 0x30;
inline constexpr u32 cread = 0x80;
inline constexpr u32 parenb = 0x100;
inline constexpr u32 hupcl = 0x400;
inline constexpr u32 clocal = 0x800;
} // namespace control

/// c_lflag: line editing, echo, signals.
namespace local {
inline constexpr u32 isig = 0x0001;    ///< INTR, QUIT and SUSP send signals
inline constexpr u32 icanon = 0x0002;  ///< input comes by lines, which can be edited
inline constexpr u32 echo = 0x0008;    ///< what is typed is shown
inline constexpr u32 echoe = 0x0010;   ///< ERASE rubs out what was shown
inline constexpr u32 echok = 0x0020;   ///< a new line after KILL
inline constexpr u32 echonl = 0x0040;  ///< NL is shown even without echo
inline constexpr u32 noflsh = 0x0080;  ///< signals leave what was typed, and what is on its way out
inline constexpr u32 tostop = 0x0100;  ///< output of the background is stopped
inline constexpr u32 echoctl = 0x0200; ///< control characters are shown as ^X
inline constexpr u32 echoprt = 0x0400; ///< what is erased is printed: for paper
inline constexpr u32 echoke = 0x0800;  ///< KILL rubs out the line
inline constexpr u32 flusho = 0x1000;
inline constexpr u32 pendin = 0x4000;
inline constexpr u32 iexten = 0x8000; ///< WERASE, REPRINT, LNEXT and EOL2 are special, too
inline constexpr u32 extproc = 0x10000;
} // namespace local

/// The special characters: places in c_cc.
enum class Special : u8 {
    intr,
    quit,
    erase,
    kill,
    eof,
    time,
    min,
    swtc,
    start,
    stop,
    susp,
    eol,
    reprint,
    discard,
    werase,
    lnext,
    eol2
};
inline constexpr std::size_t special_count = 19; ///< NCCS of the kernel
/// A place with this character has none: _POSIX_VDISABLE.
inline constexpr u8 disabled = 0;

/// struct termios2: TCGETS2, TCSETS2. Its beginning, without the speeds, is struct termios.
struct Termios {
    u32 c_iflag = 0;
    u32 c_oflag = 0;
    u32 c_cflag = 0;
    u32 c_lflag = 0;
    u8 c_line = 0;
    std::array<u8, special_count> c_cc{};
    u32 c_ispeed = 0;
    u32 c_ospeed = 0;

    bool has_input(u32 flag) const { return (c_iflag & flag) != 0; }
    bool has_output(u32 flag) const { return (c_oflag & flag) != 0; }
    bool has_local(u32 flag) const { return (c_lflag & flag) != 0; }
    u8 operator[](Special which) const { return c_cc[static_cast<u8>(which)]; }
    /// `character` is that special one, and the place is not empty.
    bool is(Special which, u8 character) const { return character != disabled && (*this)[which] == character; }
};
static_assert(sizeof(Termios) == 44);
/// sizeof(struct termios): TCGETS, TCSETS.
inline constexpr std::size_t termios_size = 36;

/// struct termio: TCGETA, TCSETA. The low halves of the flags, and the first special characters.
struct Termio {
    u16 c_iflag;
    u16 c_oflag;
    u16 c_cflag;
    u16 c_lflag;
    u8 c_line;
    std::array<u8, 8> c_cc;
};
static_assert(sizeof(Termio) == 18);

/// How a terminal begins that nobody has set (tty_std_termios, INIT_C_CC).
inline constexpr Termios standard_termios{
    .c_iflag = input::icrnl | input::ixon,
    .c_oflag = output::opost | output::onlcr,
    .c_cflag = control::b38400 | control::cs8 | control::cread | control::hupcl,
    .c_lflag = local::isig | local::icanon | local::echo | local::echoe | local::echok | local::echoctl |
               local::echoke | local::iexten,
    .c_line = 0,
    .c_cc = {'C' - '@', '\\' - '@', 0x7f, 'U' - '@', 'D' - '@', 0, 1, 0, 'Q' - '@', 'S' - '@', 'Z' - '@', 0, 'R' - '@',
             'O' - '@', 'W' - '@', 'V' - '@', 0, 0, 0},
    .c_ispeed = 38400,
    .c_ospeed = 38400,
};

/// struct winsize: TIOCGWINSZ, TIOCSWINSZ.
struct WindowSize {
    u16 rows = 0;
    u16 columns = 0;
    u16 width_in_pixels = 0;
    u16 height_in_pixels = 0;
    constexpr bool operator==(const WindowSize&) const = default;
};
static_assert(sizeof(WindowSize) == 8);

} // namespace kernel::tty
