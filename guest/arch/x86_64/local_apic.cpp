#include "arch/x86_64/local_apic.hpp"

#include "arch/clock.hpp"
#include "arch/cpu.hpp"
#include "arch/interrupts.hpp"
#include "arch/paging.hpp"
#include "arch/x86_64/kvm_clock.hpp"
#include "arch/x86_64/registers.hpp"
#include "arch/x86_64/tsc.hpp"
#include "kernel/init/boot_step.hpp"
#include "kernel/printk.hpp"
#include "kernel/time/clock_event.hpp"
#include "kernel/time/timekeeping.hpp"

#include <algorithm>

namespace arch {

void end_of_interrupt() { local_apic::end_of_interrupt(); }
void send_interrupt_to_self(u8 vector) { local_apic::send_to_self(vector); }

namespace local_apic {
namespace {

/// xAPIC offsets / 16, which are x2APIC MSR numbers - 0x800.
enum class Register : u32 {
    end_of_interrupt = 0x0b,
    spurious_vector = 0x0f,
    command = 0x30,
    command_high = 0x31, ///< xAPIC only
    timer = 0x32,
    line0 = 0x35,
    initial_count = 0x38,
    current_count = 0x39,
    divide = 0x3e,
};

constexpr u32 apic_enabled = 1 << 8;
constexpr u32 masked = 1 << 16;
constexpr u32 tsc_deadline_mode = 1 << 18;
constexpr u32 divide_by_1 = 0xb;

constexpr u32 nmi_delivery = 4 << 8;
constexpr u32 init_delivery = 5 << 8;
constexpr u32 start_delivery = 6 << 8;
constexpr u32 assert_level = 1 << 14;
constexpr u32 to_self = 1 << 18;
constexpr u32 delivery_pending = 1 << 12;

volatile u32* xapic = nullptr; ///< its registers; null: x2APIC

u32 read(Register which)
{
    if (xapic != nullptr)
        return xapic[static_cast<std::size_t>(which) * 4];
    return static_cast<u32>(read_msr(static_cast<Msr>(static_cast<u32>(Msr::x2apic_first) + static_cast<u32>(which))));
}

void write(Register which, u32 value)
{
    if (xapic != nullptr)
        xapic[static_cast<std::size_t>(which) * 4] = value;
    else
        write_msr(static_cast<Msr>(static_cast<u32>(Msr::x2apic_first) + static_cast<u32>(which)), value);
}

/// The interrupt comes when the TSC gets there.
constinit kernel::time::ClockEventDevice deadline_timer{
    .name = "TSC deadline",
    .set_next_event = [](u64 ticks) { write_msr(Msr::tsc_deadline, timestamp_counter() + ticks); },
    .shut_down = [] { write_msr(Msr::tsc_deadline, 0); },
};

/// The interrupt comes when the counter is down to 0.
constinit kernel::time::ClockEventDevice one_shot_timer{
    .name = "one-shot",
    .max_ticks = ~u32{0},
    .set_next_event = [](u64 ticks) { write(Register::initial_count, static_cast<u32>(ticks)); },
    .shut_down = [] { write(Register::initial_count, 0); },
};

void command(u32 apic_id, u32 value)
{
    if (xapic == nullptr) {
        write_msr(static_cast<Msr>(static_cast<u32>(Msr::x2apic_first) + static_cast<u32>(Register::command)),
                  u64{apic_id} << 32 | value);
        return;
    }
    const InterruptsOff off; // two registers make one command
    write(Register::command_high, apic_id << 24);
    write(Register::command, value);
    while ((read(Register::command) & delivery_pending) != 0)
        relax();
}

constexpr u64 base_enable = 1 << 11;
constexpr u64 base_enable_x2apic = 1 << 10;

/// Not where the kernel is in ring 3: it can write to the registers in memory itself, and saves a call of the monitor.
bool enable_x2apic()
{
    constexpr u32 x2apic_bit = 1 << 21;
    if ((cpuid(1).ecx & x2apic_bit) == 0)
        return false;
    const u64 base = read_msr(Msr::apic_base);
    if ((base & base_enable_x2apic) == 0)
        write_msr(Msr::apic_base, base | base_enable | base_enable_x2apic);
    return true;
}

void map_xapic()
{
    constexpr u64 base_mask = 0x000f'ffff'ffff'f000;
    const auto registers = map_device({read_msr(Msr::apic_base) & base_mask}, kernel::page_size);
    if (!registers)
        kernel::panic("no memory to map the local APIC");
    xapic = reinterpret_cast<volatile u32*>(registers.value().value);
}

/// How fast the counter runs, against the clock; in hertz.
u64 measure_one_shot_timer()
{
    constexpr u64 milliseconds = 4;
    constexpr u64 nanoseconds_per_millisecond = 1'000'000;
    constexpr u32 start = ~0U;
    const u64 begin = monotonic_nanoseconds();
    write(Register::initial_count, start);
    while (monotonic_nanoseconds() - begin < milliseconds * nanoseconds_per_millisecond)
        relax();
    const u32 ticks = start - read(Register::current_count);
    write(Register::initial_count, 0);
    return std::max<u64>(u64{ticks} * 1000 / milliseconds, 1);
}

/// KVM's counter runs at a fixed frequency (Documentation/virt/kvm/api.rst, KVM_CAP_X86_APIC_BUS_CYCLES_NS), unless its
/// leaf for it says otherwise: that saves the milliseconds of a measurement.
u64 one_shot_hertz()
{
    constexpr u64 default_khz = 1'000'000;
    constexpr u32 timing = 0x4000'0010;
    if (!has_kvm_clock())
        return measure_one_shot_timer();
    const u64 said = cpuid(0x4000'0000).eax >= timing ? cpuid(timing).ebx : 0;
    return (said != 0 ? said : default_khz) * 1000;
}

/// CPUID may show a host's TSC-deadline mode that we do not have: then the mode does not stick.
bool enable_tsc_deadline()
{
    constexpr u32 tsc_deadline_bit = 1 << 24;
    if (kernel_in_ring3 || (cpuid(1).ecx & tsc_deadline_bit) == 0)
        return false;
    write(Register::timer, timer_vector | tsc_deadline_mode);
    return (read(Register::timer) & tsc_deadline_mode) != 0;
}

/// This CPU's. False: it has none that follows the TSC.
bool set_up_timer()
{
    if (enable_tsc_deadline())
        return true;
    write(Register::divide, divide_by_1);
    write(Register::timer, timer_vector);
    return false;
}

const kernel::time::ClockEventDevice& choose_timer()
{
    const bool follows_tsc = set_up_timer();
    kernel::time::ClockEventDevice& timer = follows_tsc ? deadline_timer : one_shot_timer;
    const u64 hertz = follows_tsc ? tsc_khz() * 1000 : one_shot_hertz();
    timer.from_nanoseconds = kernel::time::MultShift::between(kernel::time::nanoseconds_per_second, hertz);
    return timer;
}

void set_up_boot_cpu()
{
    if (kernel_in_ring3 || !enable_x2apic())
        map_xapic();
    write(Register::line0, masked); // where the PC's old interrupt controllers come in
    write(Register::spurious_vector, apic_enabled | spurious_vector);
    const kernel::time::ClockEventDevice& timer = choose_timer();
    kernel::time::set_clock_event_device(timer);
    kernel::printk(kernel::LogLevel::info, "local APIC: {}, timer: {}, clock source: {}",
                   xapic == nullptr ? "x2APIC" : "xAPIC", timer.name, kernel::time::current_clock_source().name);
}

BOOT_STEP(local_apic, NEEDS("page_tables"), PROVIDES("local_apic"), set_up_boot_cpu);

} // namespace

void set_up()
{
    if (xapic == nullptr)
        enable_x2apic();
    write(Register::spurious_vector, apic_enabled | spurious_vector);
    set_up_timer();
}

void send(u32 apic_id, u8 vector) { command(apic_id, assert_level | vector); }
/// One write, which names no CPU: an NMI may come between the two of another command.
void send_to_self(u8 vector) { write(Register::command, to_self | assert_level | vector); }
void send_nmi(u32 apic_id) { command(apic_id, assert_level | nmi_delivery); }
void send_init(u32 apic_id) { command(apic_id, assert_level | init_delivery); }
void send_start(u32 apic_id, u8 page) { command(apic_id, assert_level | start_delivery | page); }

void end_of_interrupt() { write(Register::end_of_interrupt, 0); }

void stop_timer() { kernel::time::clock_event_device().shut_down(); }

} // namespace local_apic
} // namespace arch
