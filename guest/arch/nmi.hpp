#pragma once

#include "arch/trap_frame.hpp"

#include <string_view>

/// Non-maskable interrupts. One may come between any two instructions, also with a spin lock held that its handler
/// would want: handlers take none, and leave what is more than a few stores to kernel::IrqWork.
namespace arch {

/// One of those who are asked what an NMI is about. It lives as long as the kernel.
struct NmiHandler {
    std::string_view name;
    bool (*handle)(const TrapFrame& frame); ///< true: it was meant for this one. NMI context
    NmiHandler* next = nullptr;             ///< register_nmi_handler's
};

/// The latest is asked first; all are asked, for one NMI may stand for several. Any context but NMIs.
void register_nmi_handler(NmiHandler& handler);

/// Interrupts another CPU though it has its interrupts masked. For a handler to be registered before. Where the kernel
/// is in ring 3 and the NMI comes while the monitor is at work, it is served when that CPU waits, comes from user mode,
/// or takes another NMI: who cannot wait for that sends it again.
void send_nmi(unsigned cpu);

} // namespace arch
