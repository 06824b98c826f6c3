#pragma once

#include "kernel/signal/number.hpp"

namespace kernel::signal {

/// Where a signal comes from: si_code (asm-generic/siginfo.h). Negative ones can be sent by programs.
enum Code : i32 {
    by_user = 0,       ///< SI_USER
    by_kernel = 0x80,  ///< SI_KERNEL
    by_queue = -1,     ///< SI_QUEUE
    by_timer = -2,     ///< SI_TIMER
    by_mesgq = -3,     ///< SI_MESGQ
    by_tkill = -6,     ///< SI_TKILL
    ill_opcode = 2,    ///< ILL_ILLOPN
    fpe_division = 1,  ///< FPE_INTDIV
    fpe_float = 3,     ///< FPE_FLTDIV .. FPE_FLTSUB follow
    segv_unmapped = 1, ///< SEGV_MAPERR
    segv_access = 2,   ///< SEGV_ACCERR
    bus_alignment = 1, ///< BUS_ADRALN
    bus_address = 2,   ///< BUS_ADRERR
    trap_breakpoint = 1,
    trap_trace = 2,
    child_exited = 1,
    child_killed = 2,
    child_dumped = 3,
    child_trapped = 4,
    child_stopped = 5,
    child_continued = 6,
};

/// The part of siginfo_t that carries anything, in its layout: what programs see is this and zeros up to 128 bytes.
struct Info {
    i32 signal = 0;
    i32 error = 0;
    i32 code = 0;
    i32 padding = 0;

    struct Sender {
        u32 pid;
        u32 uid;
        u64 value;
    };
    struct Timer {
        i32 id;
        i32 overrun;
        u64 value;
    };
    struct Child {
        u32 pid;
        u32 uid;
        i32 status;
        i32 padding;
        i64 user_ticks;
        i64 system_ticks;
    };
    struct Fault {
        u64 address;
        u64 least_bit;
    };
    struct Poll {
        i64 band;
        i32 descriptor;
    };
    union {
        u64 words[4] = {};
        Sender sender;
        Timer timer;
        Child child;
        Fault fault;
        Poll poll;
    };

    Signal number() const { return static_cast<Signal>(signal); }
    /// Sent by a program, not by the kernel on its own account.
    bool is_from_user() const { return code <= 0; }

    static Info from_kernel(Signal signal, i32 code = by_kernel)
    {
        Info info;
        info.signal = static_cast<i32>(signal);
        info.code = code;
        return info;
    }
    static Info from_sender(Signal signal, i32 code, u32 pid, u32 uid, u64 value = 0)
    {
        Info info = from_kernel(signal, code);
        info.sender = {pid, uid, value};
        return info;
    }
    static Info from_fault(Signal signal, i32 code, u64 address)
    {
        Info info = from_kernel(signal, code);
        info.fault = {address, 0};
        return info;
    }
};
static_assert(sizeof(Info) == 48);

} // namespace kernel::signal
