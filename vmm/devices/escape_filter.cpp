#include "vmm/devices/escape_filter.hpp"

#include <utility>

namespace vitrine {

EscapeFilter::Result EscapeFilter::feed(char byte)
{
    if (!std::exchange(escaped_, false)) {
        escaped_ = byte == escape;
        return escaped_ ? Result{} : Result{.byte = byte};
    }
    switch (byte) {
    case escape:
    case 'a': return {.byte = escape};
    case 'x':
    case 'X': return {.command = Command::quit};
    case 'h':
    case 'H':
    case '?': return {.command = Command::help};
    default: return {}; // not a command: swallowed with its escape
    }
}

} // namespace vitrine
