#include "vmm/machine/cpu_entry.hpp"

#include <array>

namespace vitrine {
namespace {

// Intel SDM vol. 3, §2.5 and §2.2.1.
enum Cr0 : std::uint64_t { cr0_pe = 1 << 0, cr0_mp = 1 << 1, cr0_et = 1 << 4, cr0_ne = 1 << 5, cr0_wp = 1 << 16 };
constexpr std::uint64_t cr0_pg = std::uint64_t{1} << 31;
constexpr std::uint64_t cr4_pae = 1 << 5;
constexpr std::uint64_t cr4_pge = 1 << 7;
enum Efer : std::uint64_t { efer_sce = 1 << 0, efer_lme = 1 << 8, efer_lma = 1 << 10, efer_nxe = 1 << 11 };

constexpr std::uint64_t rflags_fixed = 1 << 1; ///< bit 1 always reads 1

// Segment types: §3.4.5.1, §3.5.
constexpr std::uint8_t type_data = 3;  ///< read/write, accessed
constexpr std::uint8_t type_code = 11; ///< execute/read, accessed
constexpr std::uint8_t type_busy_tss = 11;
constexpr std::uint8_t type_ldt = 2;

kvm_segment flat_segment(std::uint16_t selector, std::uint8_t type)
{
    kvm_segment segment{};
    segment.limit = 0xffff'ffff;
    segment.selector = selector;
    segment.type = type;
    segment.present = 1;
    segment.s = 1;
    segment.g = 1;
    return segment;
}

kvm_segment code_segment(std::uint16_t selector, bool is_64_bit)
{
    kvm_segment segment = flat_segment(selector, type_code);
    segment.l = is_64_bit ? 1 : 0;
    segment.db = is_64_bit ? 0 : 1;
    return segment;
}

kvm_segment data_segment(std::uint16_t selector)
{
    kvm_segment segment = flat_segment(selector, type_data);
    segment.db = 1;
    return segment;
}

/// VT-x wants TR to hold a busy TSS, even when the guest has none yet. Intel SDM vol. 3, §27.3.1.2.
kvm_segment empty_system_segment(std::uint8_t type, bool present)
{
    kvm_segment segment{};
    segment.limit = present ? 0xffff : 0;
    segment.type = type;
    segment.present = present ? 1 : 0;
    segment.unusable = present ? 0 : 1;
    return segment;
}

void set_real_mode_segments(kvm_sregs& sregs, std::uint16_t segment)
{
    for (kvm_segment* const each : {&sregs.cs, &sregs.ds, &sregs.es, &sregs.ss}) {
        each->selector = segment;
        each->base = std::uint64_t{segment} << 4;
    }
}

void set_flat_segments(kvm_sregs& sregs, const EntryState& entry)
{
    sregs.cs = code_segment(entry.code_selector, entry.mode == CpuMode::long64);
    for (kvm_segment* const each : {&sregs.ds, &sregs.es, &sregs.ss, &sregs.fs, &sregs.gs})
        *each = data_segment(entry.data_selector);
    sregs.tr = empty_system_segment(type_busy_tss, true);
    sregs.ldt = empty_system_segment(type_ldt, false);
    sregs.gdt.base = entry.gdt.value;
    sregs.gdt.limit = entry.gdt_limit;
    sregs.idt.base = 0;
    sregs.idt.limit = 0;
}

} // namespace

void enter_at(Vcpu& vcpu, const EntryState& entry)
{
    kvm_sregs sregs = vcpu.sregs();
    switch (entry.mode) {
    case CpuMode::real16: set_real_mode_segments(sregs, entry.real_segment); break;
    case CpuMode::protected32:
        set_flat_segments(sregs, entry);
        sregs.cr0 = cr0_pe | cr0_et;
        break;
    case CpuMode::long64:
        set_flat_segments(sregs, entry);
        sregs.cr0 = cr0_pe | cr0_mp | cr0_et | cr0_ne | cr0_wp | cr0_pg;
        sregs.cr3 = entry.page_tables.value;
        sregs.cr4 = cr4_pae | cr4_pge;
        sregs.efer = efer_sce | efer_lme | efer_lma | efer_nxe;
        break;
    }
    vcpu.set_sregs(sregs);

    kvm_regs regs{};
    regs.rip = entry.rip;
    regs.rsp = entry.rsp;
    regs.rax = entry.rax;
    regs.rbx = entry.rbx;
    regs.rsi = entry.rsi;
    regs.rdi = entry.rdi;
    regs.rflags = rflags_fixed;
    vcpu.set_regs(regs);
}

void set_firmware_msrs(Vcpu& vcpu)
{
    constexpr std::uint32_t ia32_misc_enable = 0x1a0;
    constexpr std::uint32_t ia32_mtrr_def_type = 0x2ff;
    constexpr std::uint64_t fast_strings = 1;
    constexpr std::uint64_t mtrrs_enabled_write_back = 1 << 11 | 6;
    std::array<kvm_msr_entry, 2> msrs{};
    msrs[0].index = ia32_mtrr_def_type;
    msrs[0].data = mtrrs_enabled_write_back;
    msrs[1].index = ia32_misc_enable;
    msrs[1].data = fast_strings;
    vcpu.write_msrs(msrs); // a host that lacks one of them does without
}

} // namespace vitrine
