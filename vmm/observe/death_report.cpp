#include "vmm/observe/death_report.hpp"

#include "vmm/observe/format_duration.hpp"
#include "vmm/observe/page_walk.hpp"

#include <fmt/core.h>

#include <iterator>
#include <utility>

namespace vitrine {
namespace {

/// Appends to the report with fmt.
class Writer {
public:
    template <typename... Args>
    void operator()(fmt::format_string<Args...> format, Args&&... args)
    {
        fmt::format_to(std::back_inserter(text_), format, std::forward<Args>(args)...);
    }
    std::string take() { return std::move(text_); }

private:
    std::string text_;
};

const char* mode_of(const kvm_sregs& state)
{
    constexpr std::uint64_t cr0_pe = 1;
    constexpr std::uint64_t efer_lma = 1 << 10;
    if ((state.cr0 & cr0_pe) == 0)
        return "real mode";
    if ((state.efer & efer_lma) == 0)
        return state.cs.db != 0 ? "32-bit protected mode" : "16-bit protected mode";
    return state.cs.l != 0 ? "64-bit mode" : "compatibility mode";
}

/// SVM leaves a vCPU's state undefined after a shutdown, so KVM resets it before anyone can look. Linux,
/// arch/x86/kvm/svm/svm.c, shutdown_interception().
bool was_reset(const CpuState& cpu)
{
    const bool shut_down = !cpu.exits.empty() && cpu.exits.back().reason == ExitReason::shutdown;
    return shut_down && cpu.registers->general.rip == 0xfff0 && cpu.registers->special.cs.base == 0xffff'0000;
}

void write_general(Writer& out, const kvm_regs& regs)
{
    const std::pair<const char*, std::uint64_t> all[] = {
        {"rax", regs.rax}, {"rbx", regs.rbx}, {"rcx", regs.rcx}, {"rdx", regs.rdx},
        {"rsi", regs.rsi}, {"rdi", regs.rdi}, {"rbp", regs.rbp}, {"rsp", regs.rsp},
        {"r8", regs.r8},   {"r9", regs.r9},   {"r10", regs.r10}, {"r11", regs.r11},
        {"r12", regs.r12}, {"r13", regs.r13}, {"r14", regs.r14}, {"r15", regs.r15}};
    for (std::size_t i = 0; i < std::size(all); ++i)
        out("{}{:>3} {:016x}{}", i % 4 == 0 ? "  " : "   ", all[i].first, all[i].second, i % 4 == 3 ? "\n" : "");
}

void write_control(Writer& out, const kvm_sregs& state)
{
    out("  cr0 {:x}  cr2 {:x}  cr3 {:x}  cr4 {:x}  cr8 {:x}  efer {:x}  apic_base {:x}\n", state.cr0, state.cr2,
        state.cr3, state.cr4, state.cr8, state.efer, state.apic_base);
}

void write_segments(Writer& out, const kvm_sregs& state)
{
    const std::pair<const char*, const kvm_segment&> all[] = {{"cs", state.cs}, {"ss", state.ss},  {"ds", state.ds},
                                                              {"es", state.es}, {"fs", state.fs},  {"gs", state.gs},
                                                              {"tr", state.tr}, {"ldt", state.ldt}};
    for (const auto& [name, segment] : all)
        out("  {:>3} {:04x}  base {:016x}  limit {:08x}  type {:x}  dpl {}{}{}{}\n", name, segment.selector,
            segment.base, segment.limit, segment.type, segment.dpl, segment.l != 0 ? "  64-bit" : "",
            segment.db != 0 ? "  32-bit" : "", segment.present == 0 || segment.unusable != 0 ? "  unusable" : "");
    out("  gdt base {:016x}  limit {:04x}    idt base {:016x}  limit {:04x}\n", state.gdt.base, state.gdt.limit,
        state.idt.base, state.idt.limit);
}

/// As Linux prints it: some bytes before, the first byte of the next instruction in angle brackets.
void write_code(Writer& out, const Registers& registers, const GuestMemory& memory)
{
    constexpr std::size_t before = 16;
    constexpr std::size_t after = 24;
    const std::uint64_t rip = linear_rip(registers.general, registers.special);
    const auto bytes = read_linear(memory, registers.special, rip, after);
    if (bytes.empty()) {
        out("  code at rip: not mapped to RAM\n");
        return;
    }
    out("  code at rip:");
    const auto earlier =
        rip < before ? std::vector<std::byte>{} : read_linear(memory, registers.special, rip - before, before);
    if (earlier.size() == before)
        for (const std::byte byte : earlier)
            out(" {:02x}", std::to_integer<unsigned>(byte));
    for (std::size_t i = 0; i < bytes.size(); ++i)
        i == 0 ? out(" <{:02x}>", std::to_integer<unsigned>(bytes[i]))
               : out(" {:02x}", std::to_integer<unsigned>(bytes[i]));
    out("\n");
}

void write_registers(Writer& out, const Registers& registers, const ReportContext& context)
{
    const kvm_regs& regs = registers.general;
    out("  rip {}  rflags {:x}  {}, CPL {}\n", with_symbol(regs.rip, context.symbols), regs.rflags,
        mode_of(registers.special), registers.special.ss.dpl);
    write_general(out, regs);
    write_control(out, registers.special);
    write_segments(out, registers.special);
    write_code(out, registers, context.memory);
}

std::string describe(const LoggedExit& exit, const DeviceNames& names)
{
    const bool is_mmio = exit.reason == ExitReason::mmio;
    std::string text = detail_of(ExitKey{exit.reason, exit.address, exit.is_write}, names);
    if (is_mmio)
        text =
            fmt::format("{} {:#x} {}", exit.is_write ? "write" : "read", exit.address, names.at_address(exit.address));
    if (exit.size != 0)
        text += fmt::format(" {} byte{}", exit.size, exit.size == 1 ? "" : "s");
    if (exit.count > 1)
        text += fmt::format(" x {}", exit.count);
    if (exit.is_write)
        text += fmt::format(" = {:#x}", exit.value);
    return text;
}

void write_exits(Writer& out, const std::vector<LoggedExit>& exits, const ReportContext& context)
{
    if (exits.empty()) {
        out("  no exits\n");
        return;
    }
    out("  last {} exits, oldest first, with the time before the last one:\n", exits.size());
    const std::uint64_t end = exits.back().returned;
    for (const LoggedExit& exit : exits) {
        const double ago = static_cast<double>(end - exit.returned) * context.nanoseconds_per_cycle;
        out("  {:>9}  {:<14} {:<36} rip {}\n",
            format_duration(std::chrono::nanoseconds{static_cast<std::int64_t>(ago)}), name_of(exit.reason),
            describe(exit, context.names), with_symbol(exit.rip, context.symbols));
    }
}

} // namespace

std::string with_symbol(std::uint64_t address, const SymbolTable& symbols)
{
    const auto place = symbols.find(address);
    return place ? fmt::format("{:#x} ({}+{:#x})", address, place->name, place->offset) : fmt::format("{:#x}", address);
}

std::string death_report(const std::string& reason, std::span<const CpuState> cpus, const ReportContext& context)
{
    Writer out;
    out("the guest died: {}\n", reason);
    for (const CpuState& cpu : cpus) {
        out("vCPU {}{}{}\n", cpu.id, cpu.activity.empty() ? "" : ": ", cpu.activity);
        if (cpu.registers && was_reset(cpu))
            out("  KVM has reset this vCPU already, as it does on SVM; where it was shows in its last exits\n");
        if (cpu.registers)
            write_registers(out, *cpu.registers, context);
        write_exits(out, cpu.exits, context);
    }
    return out.take();
}

} // namespace vitrine
