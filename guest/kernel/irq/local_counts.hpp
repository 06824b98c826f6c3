#pragma once

#include "lib/types.hpp"

#include <array>
#include <string_view>

namespace kernel::irq {

/// Interrupts that belong to a CPU, not to a device; in the order of /proc/interrupts.
enum class Local : u8 { nmi, timer, spurious, irq_work, reschedule, call_function, tlb };
inline constexpr unsigned local_kinds = 7;

struct LocalName {
    std::string_view name, description;
};
/// Linux's.
inline constexpr std::array<LocalName, local_kinds> local_names = {{{"NMI", "Non-maskable interrupts"},
                                                                    {"LOC", "Local timer interrupts"},
                                                                    {"SPU", "Spurious interrupts"},
                                                                    {"IWI", "IRQ work interrupts"},
                                                                    {"RES", "Rescheduling interrupts"},
                                                                    {"CAL", "Function call interrupts"},
                                                                    {"TLB", "TLB shootdowns"}}};

/// One more on this CPU. Any context, NMIs too, on a CPU that the caller stays on.
void count_local(Local kind);
u32 local_count(unsigned cpu, Local kind);

/// Interrupts that came by a vector which stands for nothing.
u32 error_count();

} // namespace kernel::irq
