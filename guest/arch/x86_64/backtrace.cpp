#include "arch/x86_64/backtrace.hpp"

#include "abi/layout.hpp"
#include "arch/backtrace.hpp"
#include "arch/x86_64/saved_registers.hpp"
#include "arch/x86_64/symbols.hpp"
#include "kernel/printk.hpp"

extern "C" {
/// Behind the call of handle_kernel_trap.
extern const char after_trap_of_kernel_in_ring0[];
extern const char after_trap_of_kernel_in_ring3[];
}

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

/// Code that was jumped to at the top of its stack has half a frame there, and nothing may be mapped above.
bool is_on_one_page(u64 frame) { return (frame & kernel::page_mask) <= kernel::page_size - sizeof(CallFrame); }

/// The frame of the trap whose handler returns to that address, if it is one; `call`: the handler's.
const TrapFrame* trap_handled_by(const CallFrame* call)
{
    const auto is_after = [&](const char* place) { return call->return_address == reinterpret_cast<u64>(place); };
    if (!is_after(after_trap_of_kernel_in_ring0) && !is_after(after_trap_of_kernel_in_ring3))
        return nullptr;
    constexpr u64 alignment = sizeof(u64); // that the entries put between the frame and the call
    return reinterpret_cast<const TrapFrame*>(reinterpret_cast<u64>(call + 1) + alignment);
}

/// Calls `function` with each return address, and where there was a trap on the way, with the address that it came at.
template <typename Function>
void for_each_caller(u64 frame_pointer, unsigned limit, Function function)
{
    for (unsigned depth = 0; depth < limit && may_be_frame(frame_pointer) && is_on_one_page(frame_pointer); ++depth) {
        const CallFrame frame = *reinterpret_cast<const CallFrame*>(frame_pointer);
        if (!is_kernel_code(frame.return_address))
            return;
        function(frame.return_address);
        if (const TrapFrame* const trap = trap_handled_by(reinterpret_cast<const CallFrame*>(frame_pointer)))
            function(trap->rip);
        // Stacks grow down: a caller's frame lies above, and not far.
        if (frame.caller <= frame_pointer || frame.caller - frame_pointer > max_frame_size)
            return;
        frame_pointer = frame.caller;
    }
}

void log_callers(u64 frame_pointer) { for_each_caller(frame_pointer, max_depth, log_return_address); }

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

void capture_backtrace(std::span<u64> addresses)
{
    std::size_t count = 0;
    for_each_caller(reinterpret_cast<u64>(__builtin_frame_address(0)), static_cast<unsigned>(addresses.size()),
                    [&](u64 address) {
                        if (count < addresses.size())
                            addresses[count++] = address;
                    });
}

void capture_backtrace(const Context& context, std::span<u64> addresses)
{
    const SavedRegisters& saved = saved_registers(context);
    std::size_t count = 0;
    addresses[count++] = saved.return_address;
    for_each_caller(saved.rbp, static_cast<unsigned>(addresses.size()), [&](u64 address) {
        if (count < addresses.size())
            addresses[count++] = address;
    });
}

void format_code_address(kernel::FormatSink& sink, u64 address)
{
    const SymbolPlace place = find_symbol(address - 1);
    if (place.name.empty())
        format_to(sink, "{:#018x}", address);
    else
        format_to(sink, "{}+{:#x}", place.name, place.offset + 1);
}

void format_function(kernel::FormatSink& sink, u64 address)
{
    if (const SymbolPlace place = find_symbol(address); place.name.empty())
        format_to(sink, "{:#018x}", address);
    else
        sink.append(place.name);
}

} // namespace arch
