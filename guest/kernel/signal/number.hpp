#pragma once

#include "lib/types.hpp"

namespace kernel {

/// Signals by Linux's numbers (asm/signal.h). Real-time ones are those from `first_realtime` on.
enum class Signal : u8 {
    none = 0,
    hup = 1,
    interrupt = 2,
    quit = 3,
    ill = 4,
    trap = 5,
    abort = 6,
    bus = 7,
    fpe = 8,
    kill = 9,
    usr1 = 10,
    segv = 11,
    usr2 = 12,
    pipe = 13,
    alarm = 14,
    term = 15,
    stack_fault = 16,
    child = 17,
    cont = 18,
    stop = 19,
    tstp = 20,
    ttin = 21,
    ttou = 22,
    urgent = 23,
    xcpu = 24,
    xfsz = 25,
    virtual_alarm = 26,
    prof = 27,
    winch = 28,
    io = 29,
    power = 30,
    sys = 31,
    first_realtime = 32,
    last = 64,
};

namespace signal {

inline constexpr unsigned signal_count = 64;

constexpr bool is_valid(i32 number) { return number >= 1 && number <= static_cast<i32>(signal_count); }
constexpr bool is_realtime(Signal signal) { return signal >= Signal::first_realtime; }

/// sigset_t: bit n - 1 for signal n.
struct SignalSet {
    u64 bits = 0;

    constexpr SignalSet() = default;
    constexpr explicit SignalSet(u64 mask) : bits{mask} {}
    template <typename... Signals>
    static constexpr SignalSet of(Signals... signals)
    {
        return SignalSet{(0 | ... | bit(signals))};
    }
    static constexpr u64 bit(Signal signal) { return u64{1} << (static_cast<unsigned>(signal) - 1); }

    constexpr bool contains(Signal signal) const { return (bits & bit(signal)) != 0; }
    constexpr void add(Signal signal) { bits |= bit(signal); }
    constexpr void remove(Signal signal) { bits &= ~bit(signal); }
    constexpr bool empty() const { return bits == 0; }
    constexpr Signal lowest() const { return static_cast<Signal>(__builtin_ctzll(bits) + 1); }

    friend constexpr SignalSet operator|(SignalSet a, SignalSet b) { return SignalSet{a.bits | b.bits}; }
    friend constexpr SignalSet operator&(SignalSet a, SignalSet b) { return SignalSet{a.bits & b.bits}; }
    friend constexpr SignalSet operator~(SignalSet a) { return SignalSet{~a.bits}; }
    friend constexpr bool operator==(SignalSet, SignalSet) = default;
};

/// Of which nobody can be without.
inline constexpr SignalSet unblockable = SignalSet::of(Signal::kill, Signal::stop);
inline constexpr SignalSet stop_signals = SignalSet::of(Signal::stop, Signal::tstp, Signal::ttin, Signal::ttou);
/// By what the program itself does; they come before others.
inline constexpr SignalSet synchronous =
    SignalSet::of(Signal::segv, Signal::bus, Signal::ill, Signal::trap, Signal::fpe, Signal::sys);

/// What a signal does to a process that has no handler for it (signal(7)).
enum class DefaultAction : u8 { ignore, terminate, core, stop, resume };
constexpr DefaultAction default_action(Signal signal)
{
    switch (signal) {
    case Signal::child:
    case Signal::urgent:
    case Signal::winch: return DefaultAction::ignore;
    case Signal::cont: return DefaultAction::resume;
    case Signal::stop:
    case Signal::tstp:
    case Signal::ttin:
    case Signal::ttou: return DefaultAction::stop;
    case Signal::quit:
    case Signal::ill:
    case Signal::trap:
    case Signal::abort:
    case Signal::bus:
    case Signal::fpe:
    case Signal::segv:
    case Signal::xcpu:
    case Signal::xfsz:
    case Signal::sys: return DefaultAction::core;
    default: return DefaultAction::terminate;
    }
}

} // namespace signal
} // namespace kernel
