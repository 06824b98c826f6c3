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

/// Interrupt vectors; a higher one is more urgent. From the first device vector on they are given out as they are
/// needed (kernel/irq/vectors.hpp).
inline constexpr u8 vector_cleanup_vector = 0x20; ///< the least urgent of all
inline constexpr u8 first_device_vector = 0x30;
inline constexpr unsigned device_vector_count = 0xec - 0x30;
inline constexpr u8 timer_vector = 0xec;
inline constexpr u8 irq_work_vector = 0xf6;
inline constexpr u8 call_function_vector = 0xfb;
inline constexpr u8 flush_tlb_vector = 0xfc;
inline constexpr u8 reschedule_vector = 0xfd;
inline constexpr u8 spurious_vector = 0xff;

/// The I/O APIC's lines, by global system interrupt (GSI). Whether the machine has one of that number.
inline constexpr unsigned max_gsi = 64;
bool has_gsi(unsigned gsi);
/// From now on the line interrupts `cpu` by `vector`; masked or not.
void route_gsi(unsigned gsi, unsigned cpu, u8 vector, bool level_triggered, bool masked);
void mask_gsi(unsigned gsi);
void unmask_gsi(unsigned gsi);
/// A level-triggered interrupt of the line has been sent and not been ended yet.
bool gsi_in_service(unsigned gsi);

/// What a device writes to interrupt `cpu` by `vector` (Intel SDM vol. 3 §11.11).
struct MsiMessage {
    u64 address = 0;
    u32 data = 0;
};
MsiMessage msi_message(unsigned cpu, u8 vector);

/// Interrupts another CPU or this one. To itself from NMIs, too.
void send_interrupt(unsigned cpu, u8 vector);
void send_interrupt_to_self(u8 vector);

/// Ends the interrupt being handled. The handler of every vector does so once.
void end_of_interrupt();

} // namespace arch
