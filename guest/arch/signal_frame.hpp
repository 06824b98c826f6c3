#pragma once

#include "arch/context.hpp"
#include "arch/trap_frame.hpp"
#include "lib/result.hpp"

#include <span>

/// What a signal's handler finds on the user's stack, and what rt_sigreturn(2) takes from there: Linux's rt_sigframe
/// (arch/x86/include/asm/sigframe.h), with the FPU's state above it.
namespace arch {

/// stack_t.
struct SignalStack {
    u64 address;
    i32 flags;
    i32 padding;
    u64 size;
};
static_assert(sizeof(SignalStack) == 24);

struct SignalDelivery {
    i32 signal;
    u64 handler;
    u64 restorer;                    ///< where the handler returns to
    u64 stack_top;                   ///< the frame goes below, whatever is there already spared
    u64 stack_bottom;                ///< of an alternate stack: the frame must not go below; else 0
    SignalStack alternate;           ///< as sigaltstack(2) would tell
    u64 blocked;                     ///< the mask to go back to
    std::span<const std::byte> info; ///< the beginning of siginfo_t
};

/// What the CPU said of the fault that the signal is about, for those who look into the frame.
struct FaultFacts {
    u64 trap_number = 0;
    u64 error_code = 0;
    u64 address = 0; ///< CR2
};

/// Room that the red zone below a stack pointer takes (System V ABI, AMD64 supplement §3.2.2).
inline constexpr u64 red_zone = 128;

/// Has the running task, whose user registers are in `frame`, enter the handler next. EFAULT: no room on the stack.
kernel::Result<void> push_signal_frame(TrapFrame& frame, Context& context, const SignalDelivery& delivery,
                                       const FaultFacts& fault);

struct SignalReturn {
    u64 blocked;
    SignalStack alternate;
};
/// What the running task was before, from the frame that its stack pointer points behind. Whatever is in there, the
/// task cannot come to more than user code could have done by itself. EFAULT, EINVAL: this is no frame.
kernel::Result<SignalReturn> pop_signal_frame(TrapFrame& frame, Context& context);

} // namespace arch
