#include "arch/signal_frame.hpp"

#include "arch/user_access.hpp"
#include "arch/x86_64/fpu.hpp"
#include "arch/x86_64/registers.hpp"
#include "arch/x86_64/segments.hpp"

#include <algorithm>
#include <cstddef>

namespace arch {
namespace {

using kernel::Result;

/// struct sigcontext_64 (uapi/asm/sigcontext.h).
struct SignalContext {
    u64 r8, r9, r10, r11, r12, r13, r14, r15, di, si, bp, bx, dx, ax, cx, sp, ip, flags;
    u16 cs, gs, fs, ss;
    u64 error, trap_number, old_mask, cr2;
    u64 fpu_state; ///< where it is
    u64 reserved[8];
};
static_assert(sizeof(SignalContext) == 256);

/// struct ucontext and what surrounds it.
struct SignalFrame {
    u64 restorer;
    u64 context_flags;
    u64 link;
    SignalStack alternate;
    SignalContext context;
    u64 blocked;
    std::byte info[128];
};
static_assert(sizeof(SignalFrame) == 440);
static_assert(offsetof(SignalFrame, info) == 312);

/// uc_flags (uapi/asm/ucontext.h).
enum ContextFlag : u64 { has_extended_state = 1, has_ss = 2, strict_ss = 4 };

SignalContext context_of(const TrapFrame& frame, u64 blocked, const FaultFacts& fault)
{
    SignalContext context{};
    context.r8 = frame.r8;
    context.r9 = frame.r9;
    context.r10 = frame.r10;
    context.r11 = frame.r11;
    context.r12 = frame.r12;
    context.r13 = frame.r13;
    context.r14 = frame.r14;
    context.r15 = frame.r15;
    context.di = frame.rdi;
    context.si = frame.rsi;
    context.bp = frame.rbp;
    context.bx = frame.rbx;
    context.dx = frame.rdx;
    context.ax = frame.rax;
    context.cx = frame.rcx;
    context.sp = frame.rsp;
    context.ip = frame.rip;
    context.flags = frame.rflags;
    context.cs = user_code_selector;
    context.ss = user_data_selector;
    context.error = fault.error_code;
    context.trap_number = fault.trap_number;
    context.old_mask = blocked;
    context.cr2 = fault.address;
    return context;
}

/// All but what make_safe_for_user() decides.
void restore_registers(TrapFrame& frame, const SignalContext& context)
{
    frame.r8 = context.r8;
    frame.r9 = context.r9;
    frame.r10 = context.r10;
    frame.r11 = context.r11;
    frame.r12 = context.r12;
    frame.r13 = context.r13;
    frame.r14 = context.r14;
    frame.r15 = context.r15;
    frame.rdi = context.di;
    frame.rsi = context.si;
    frame.rbp = context.bp;
    frame.rbx = context.bx;
    frame.rdx = context.dx;
    frame.rax = context.ax;
    frame.rcx = context.cx;
    frame.rsp = context.sp;
    frame.rip = context.ip;
    frame.rflags = context.flags;
    make_safe_for_user(frame);
}

/// For the handler: as at the entry of a function, with the flags that the ABI wants there.
void enter_handler(TrapFrame& frame, const SignalDelivery& delivery, u64 at)
{
    frame.rdi = static_cast<u64>(delivery.signal);
    frame.rsi = at + offsetof(SignalFrame, info);
    frame.rdx = at + offsetof(SignalFrame, context_flags);
    frame.rax = 0;
    frame.rip = delivery.handler;
    frame.rsp = at;
    frame.rflags &= ~(rflags::direction | rflags::trap);
    make_safe_for_user(frame);
}

} // namespace

Result<void> push_signal_frame(TrapFrame& frame, Context& context, const SignalDelivery& delivery,
                               const FaultFacts& fault)
{
    constexpr u64 call_alignment = 16;
    const u64 state = user_fpu_size(context);
    const u64 state_at = state == 0 ? 0 : kernel::align_down(delivery.stack_top - state, user_fpu_alignment);
    const u64 below = state == 0 ? delivery.stack_top : state_at;
    // Entered as if called: the return address is 8 off a multiple of 16.
    const u64 at = kernel::align_down(below - sizeof(SignalFrame), call_alignment) - sizeof(u64);
    if (at > delivery.stack_top || at < delivery.stack_bottom)
        return kernel::Errno::efault;

    SignalFrame image{};
    image.restorer = delivery.restorer;
    image.context_flags = has_ss | strict_ss | (has_extended_user_fpu() ? u64{has_extended_state} : 0);
    image.alternate = delivery.alternate;
    image.context = context_of(frame, delivery.blocked, fault);
    image.context.fpu_state = state_at;
    image.blocked = delivery.blocked;
    std::copy(delivery.info.begin(), delivery.info.end(), image.info);
    TRY(copy_to_user({at}, std::as_bytes(std::span{&image, 1})));
    if (state != 0)
        TRY(save_user_fpu(context, {state_at}));
    enter_handler(frame, delivery, at);
    return {};
}

Result<SignalReturn> pop_signal_frame(TrapFrame& frame, Context& context)
{
    SignalFrame image;
    const kernel::VirtualAddress at{frame.rsp - sizeof(image.restorer)}; // which the handler's RET has taken
    TRY(copy_from_user(std::as_writable_bytes(std::span{&image, 1}), at));
    TRY(restore_user_fpu(context, {image.context.fpu_state}));
    restore_registers(frame, image.context);
    return SignalReturn{image.blocked, image.alternate};
}

} // namespace arch
