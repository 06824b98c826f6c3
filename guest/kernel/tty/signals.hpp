#pragma once

#include "lib/types.hpp"

namespace kernel::tty {

/// The signals that terminals send (asm/signal.h).
enum class Signal : u8 {
    hup = 1,
    interrupt = 2,
    quit = 3,
    cont = 18,
    stop_typed = 20,
    stop_input = 21,
    stop_output = 22,
    window_changed = 28
};

/// A set of them.
class Signals {
public:
    void add(Signal signal) { bits_ |= bit(signal); }
    bool has(Signal signal) const { return (bits_ & bit(signal)) != 0; }
    bool empty() const { return bits_ == 0; }
    bool operator==(const Signals&) const = default;

private:
    static constexpr u32 bit(Signal signal) { return u32{1} << static_cast<u8>(signal); }
    u32 bits_ = 0;
};

} // namespace kernel::tty
