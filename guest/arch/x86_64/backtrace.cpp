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

bool may_be_frame(u64 pointer) { return pointer >= vitrine::abi::direct_map_base && pointer % sizeof(u64) == 0; }

} // namespace

void log_backtrace(u64 address, u64 frame_pointer)
{
    kernel::printk(kernel::LogLevel::emergency, "Call trace:");
    if (address != 0)
        log_place(address, address);
    for (unsigned depth = 0; depth < max_depth && may_be_frame(frame_pointer); ++depth) {
        const CallFrame frame = *reinterpret_cast<const CallFrame*>(frame_pointer);
        if (!is_kernel_code(frame.return_address))
            return;
        // Behind a call that never returns the next function may begin.
        log_place(frame.return_address, frame.return_address - 1);
        // Stacks grow down: a caller's frame lies above, and not far.
        if (frame.caller <= frame_pointer || frame.caller - frame_pointer > max_frame_size)
            return;
        frame_pointer = frame.caller;
    }
}

} // namespace arch
