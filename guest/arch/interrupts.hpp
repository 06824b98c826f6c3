#pragma once

#include "lib/types.hpp"

#if VITRINE_GUEST
#include "arch/x86_64/interrupts.hpp"
#endif

namespace arch {

/// Interrupt masking of this CPU: a byte in memory in both privilege models, see x86_64/interrupts.hpp.
#if !VITRINE_GUEST
bool interrupts_enabled();
void enable_interrupts();
/// Returns whether they were enabled.
bool disable_interrupts();
#endif

/// Masked for the lifetime of the object; nests.
class InterruptsOff {
public:
    InterruptsOff() : enabled_before_{disable_interrupts()} {}
    ~InterruptsOff()
    {
        if (enabled_before_)
            enable_interrupts();
    }
    InterruptsOff(const InterruptsOff&) = delete;
    InterruptsOff& operator=(const InterruptsOff&) = delete;

private:
    bool enabled_before_;
};

/// Enables interrupts and waits for one, with no gap in between. Returns with them enabled. Call it masked.
void wait_for_interrupt();

/// Interrupt vectors. Device interrupts (GSIs) are routed to `first_device_vector + gsi`.
inline constexpr u8 first_device_vector = 0x30;
inline constexpr unsigned max_gsi = 64; ///< device vectors there are
inline constexpr u8 timer_vector = 0xec;
inline constexpr u8 call_function_vector = 0xfb;
inline constexpr u8 flush_tlb_vector = 0xfc;
inline constexpr u8 reschedule_vector = 0xfd;
inline constexpr u8 spurious_vector = 0xff;

/// Whether the machine has an interrupt line of that number.
bool has_gsi(unsigned gsi);
/// Routes the GSI to the boot CPU and unmasks it.
void enable_gsi(unsigned gsi, bool level_triggered);
void disable_gsi(unsigned gsi);
/// Ends the interrupt being handled. The handler of every device, timer and reschedule vector does so once.
void end_of_interrupt();

} // namespace arch
