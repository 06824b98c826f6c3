#include "arch/x86_64/backtrace.hpp"

#include "abi/layout.hpp"
#include "arch/x86_64/symbols.hpp"
#include "kernel/printk.hpp"

namespace arch {
namespace {

/// What a function with a frame pointer pushes first.
struct CallFrame {
    u64 caller;
    u64 return_address;
};

constexpr unsigned max_depth = 24;
constexpr u64 max_frame_size = 8192;

/// `inside`: another address in the same function.
void log_place(u64 address, u64 inside)
{
    const SymbolPlace place = find_symbol(inside);
    if (place.name.empty())
        kernel::printk(kernel::LogLevel::emergency, "  {:#018x}", address);
    else
        kernel::printk(kernel::LogLevel::emergency, "  {:#018x} {}+{:#x}", address, place.name,
                       place.offset + (address - inside));
}

/// Behind a call that never returns the next function may begin.
void log_return_address(u64 address) { log_place(address, address - 1); }

bool may_be_frame(u64 pointer) { return pointer >= vitrine::abi::direct_map_base && pointer % sizeof(u64) == 0; }

void log_callers(u64 frame_pointer)
{
    for (unsigned depth = 0; depth < max_depth && may_be_frame(frame_pointer); ++depth) {
        const CallFrame frame = *reinterpret_cast<const CallFrame*>(frame_pointer);
        if (!is_kernel_code(frame.return_address))
            return;
        log_return_address(frame.return_address);
        // Stacks grow down: a caller's frame lies above, and not far.
        if (frame.caller <= frame_pointer || frame.caller - frame_pointer > max_frame_size)
            return;
        frame_pointer = frame.caller;
    }
}

void log_title() { kernel::printk(kernel::LogLevel::emergency, "Call trace:"); }

} // namespace

void log_backtrace(u64 frame_pointer)
{
    log_title();
    log_callers(frame_pointer);
}

void log_backtrace(const TrapFrame& frame)
{
    log_title();
    log_place(frame.rip, frame.rip);
    // A call of what is no code has got no further than to push its return address.
    if (!is_kernel_code(frame.rip) && may_be_frame(frame.rsp))
        log_return_address(*reinterpret_cast<const u64*>(frame.rsp));
    log_callers(frame.rbp);
}

} // namespace arch
