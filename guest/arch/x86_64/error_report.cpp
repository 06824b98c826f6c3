#include "arch/x86_64/error_report.hpp"

#include "arch/x86_64/registers.hpp"
#include "arch/x86_64/symbols.hpp"
#include "kernel/printk.hpp"

namespace arch {
namespace {

using kernel::LogLevel;
using kernel::printk;

/// Intel SDM vol. 3 §4.7.
void log_page_fault_code(u64 code)
{
    constexpr u64 present = 1 << 0;
    constexpr u64 write = 1 << 1;
    constexpr u64 reserved_bit = 1 << 3;
    constexpr u64 instruction_fetch = 1 << 4;
    const char* const access = (code & instruction_fetch) != 0 ? "instruction fetch"
                               : (code & write) != 0           ? "write access"
                                                               : "read access";
    const char* const reason = (code & reserved_bit) != 0 ? "reserved bit set in a page table"
                               : (code & present) != 0    ? "protection violation"
                                                          : "page not present";
    printk(LogLevel::emergency, "#PF: {}, {}", access, reason);
}

/// Intel SDM vol. 3 §6.13.
void log_selector_code(const Exception& exception)
{
    constexpr u64 external = 1 << 0;
    constexpr u64 in_interrupt_table = 1 << 1;
    constexpr u64 in_local_table = 1 << 2;
    const u64 code = exception.error_code;
    const char* const table = (code & in_interrupt_table) != 0 ? "IDT" : (code & in_local_table) != 0 ? "LDT" : "GDT";
    if (code == 0)
        printk(LogLevel::emergency, "{}: of no segment", exception.name);
    else
        printk(LogLevel::emergency, "{}: {} entry {:#x}{}", exception.name, table, code >> 3,
               (code & external) != 0 ? ", by an external event" : "");
}

} // namespace

void log_error_code(const Exception& exception)
{
    enum : u8 { invalid_task_state = 10, segment_not_present, stack_fault, general_protection, page_fault };
    if (exception.vector == page_fault)
        log_page_fault_code(exception.error_code);
    else if (exception.vector >= invalid_task_state && exception.vector <= general_protection)
        log_selector_code(exception);
}

void log_code(u64 rip)
{
    constexpr u64 before = 16;
    constexpr u64 after = 16;
    if (!is_kernel_code(rip))
        return printk(LogLevel::emergency, "Code: none of the kernel's at RIP");
    kernel::FormatBuffer<160> text;
    for (u64 address = rip - before; address < rip + after; ++address) {
        if (!is_kernel_code(address))
            continue;
        const u8 byte = *reinterpret_cast<const volatile u8*>(address);
        if (address == rip)
            format_to(text, " <{:02x}>", byte);
        else
            format_to(text, " {:02x}", byte);
    }
    printk(LogLevel::emergency, "Code:{}", text.view());
}

void log_machine_check()
{
    constexpr u32 capabilities = 0x179; // IA32_MCG_CAP
    constexpr u32 global_status = 0x17a;
    constexpr u32 first_bank = 0x400; // IA32_MC0_CTL; each bank has four registers
    constexpr u64 valid = 1ULL << 63;
    constexpr u64 address_valid = 1ULL << 58;
    const auto read = [](u32 number) { return read_msr(static_cast<Msr>(number)); };
    printk(LogLevel::emergency, "Machine check, status {:#x}", read(global_status));
    const auto banks = static_cast<u32>(read(capabilities) & 0xff);
    for (u32 bank = 0; bank < banks; ++bank) {
        const u64 status = read(first_bank + 4 * bank + 1);
        if ((status & valid) == 0)
            continue;
        const u64 address = (status & address_valid) != 0 ? read(first_bank + 4 * bank + 2) : 0;
        printk(LogLevel::emergency, "Bank {}: status {:#018x}, address {:#x}", bank, status, address);
    }
}

} // namespace arch
