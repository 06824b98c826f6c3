#pragma once

#include "lib/types.hpp"

/// ioctl(2)'s numbers for terminals (asm-generic/ioctls.h).
namespace kernel::tty::ioctl {

inline constexpr u64 tcgets = 0x5401;
inline constexpr u64 tcsets = 0x5402;
inline constexpr u64 tcsetsw = 0x5403;
inline constexpr u64 tcsetsf = 0x5404;
inline constexpr u64 tcgeta = 0x5405;
inline constexpr u64 tcseta = 0x5406;
inline constexpr u64 tcsetaw = 0x5407;
inline constexpr u64 tcsetaf = 0x5408;
inline constexpr u64 tcsbrk = 0x5409;
inline constexpr u64 tcxonc = 0x540a;
inline constexpr u64 tcflsh = 0x540b;
inline constexpr u64 tiocexcl = 0x540c;
inline constexpr u64 tiocnxcl = 0x540d;
inline constexpr u64 tiocsctty = 0x540e;
inline constexpr u64 tiocgpgrp = 0x540f;
inline constexpr u64 tiocspgrp = 0x5410;
inline constexpr u64 tiocoutq = 0x5411;
inline constexpr u64 tiocsti = 0x5412;
inline constexpr u64 tiocgwinsz = 0x5413;
inline constexpr u64 tiocswinsz = 0x5414;
inline constexpr u64 fionread = 0x541b;
inline constexpr u64 tiocpkt = 0x5420;
inline constexpr u64 tiocnotty = 0x5422;
inline constexpr u64 tiocsetd = 0x5423;
inline constexpr u64 tiocgetd = 0x5424;
inline constexpr u64 tcsbrkp = 0x5425;
inline constexpr u64 tiocgsid = 0x5429;
inline constexpr u64 tcgets2 = 0x802c542a;
inline constexpr u64 tcsets2 = 0x402c542b;
inline constexpr u64 tcsetsw2 = 0x402c542c;
inline constexpr u64 tcsetsf2 = 0x402c542d;
inline constexpr u64 tiocgptn = 0x80045430;
inline constexpr u64 tiocsptlck = 0x40045431;
inline constexpr u64 tiocgdev = 0x80045432;
inline constexpr u64 tiocsig = 0x40045436;
inline constexpr u64 tiocvhangup = 0x5437;
inline constexpr u64 tiocgpkt = 0x80045438;
inline constexpr u64 tiocgptlck = 0x80045439;
inline constexpr u64 tiocgexcl = 0x80045440;
inline constexpr u64 tiocgptpeer = 0x5441;

} // namespace kernel::tty::ioctl
