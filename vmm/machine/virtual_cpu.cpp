#include "vmm/machine/virtual_cpu.hpp"

#include "vmm/kvm/error.hpp"
#include "vmm/observe/tsc.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <exception>
#include <system_error>
#include <utility>

namespace vitrine {

VirtualCpu::VirtualCpu(Vcpu kvm, const CpuSurroundings& surroundings) : kvm_{std::move(kvm)}, around_{surroundings}
{
    kvm_.shared().kvm_valid_regs = KVM_SYNC_X86_REGS; // every exit brings its registers along
}

void VirtualCpu::run() noexcept
{
    thread_.claim();
    around_.gate.enter();
    try {
        loop();
    } catch (const std::exception& error) {
        around_.machine.end(Ending::vmm_error, status_vmm_error, fmt::format("vCPU {}: {}", id(), error.what()));
    }
    around_.gate.leave();
    thread_.disown();
}

void VirtualCpu::kick()
{
    kvm_.request_exit();
    thread_.signal();
}

void VirtualCpu::ask()
{
    asked_ = true;
    kick();
}

std::optional<CpuSample> VirtualCpu::take_answer()
{
    const std::scoped_lock lock{answer_mutex_};
    return std::exchange(answer_, std::nullopt);
}

void VirtualCpu::loop()
{
    while (may_run()) {
        const std::uint64_t entered = read_tsc();
        account_.close(entered);
        const int result = kvm_.run();
        const std::uint64_t returned = read_tsc();

        const Exit exit = decode_exit(result, kvm_.shared(), around_.memory);
        account_.record(exit.key, entered, returned);
        log_exit(exit, returned);
        dispatch(exit);
    }
}

bool VirtualCpu::may_run()
{
    if (around_.gate.open()) [[likely]]
        return true;
    account_.close(read_tsc()); // a pause is nobody's root-mode time
    return around_.gate.wait();
}

void VirtualCpu::log_exit(const Exit& exit, std::uint64_t returned)
{
    const kvm_run& run = kvm_.shared();
    LoggedExit& entry = log_.next();
    entry = {.reason = exit.reason(),
             .is_write = exit.key.is_write(),
             .address = exit.key.detail(),
             .rip = run.s.regs.regs.rip,
             .returned = returned};
    switch (exit.reason()) {
    case ExitReason::io:
        entry.size = run.io.size;
        entry.count = run.io.count;
        if (entry.is_write)
            std::memcpy(&entry.value, kvm_.io_data().data(), std::min<std::size_t>(run.io.size, sizeof entry.value));
        break;
    case ExitReason::mmio:
        entry.size = static_cast<std::uint8_t>(run.mmio.len);
        entry.address = run.mmio.phys_addr;
        if (entry.is_write)
            std::memcpy(&entry.value, run.mmio.data, std::min<std::size_t>(run.mmio.len, sizeof entry.value));
        break;
    case ExitReason::wrmsr: entry.value = run.msr.data; break;
    default: break;
    }
}

void VirtualCpu::dispatch(const Exit& exit)
{
    switch (exit.reason()) {
    case ExitReason::io: return port_io();
    case ExitReason::mmio: return memory_io(exit);
    case ExitReason::rdmsr:
    case ExitReason::wrmsr: return unknown_msr();
    case ExitReason::intr: return interrupted();
    case ExitReason::again:
    case ExitReason::set_tpr:
        return; // set_tpr: no local APIC in KVM; the guest lowered CR8, and nothing waits for that
    case ExitReason::ioapic_eoi: return around_.interrupts.end_of_interrupt(kvm_.shared().eoi.vector);
    case ExitReason::hlt: return halted();
    case ExitReason::shutdown: return die(Ending::triple_fault, "triple fault");
    case ExitReason::fail_entry: return fail_entry();
    case ExitReason::internal_error: return internal_error();
    case ExitReason::error:
        return die(Ending::vmm_error,
                   fmt::format("KVM_RUN: {}", std::generic_category().message(static_cast<int>(exit.key.detail()))));
    default:
        return die(Ending::unknown_exit, fmt::format("KVM_RUN returned for a reason that this VMM does not handle: {}",
                                                     name_of(exit.reason())));
    }
}

void VirtualCpu::interrupted()
{
    ++interruptions_;
    kvm_.clear_exit_request(); // first: what was asked before is seen below, and by may_run()
    if (!asked_.exchange(false))
        return;
    const CpuSample answer = sample();
    const std::scoped_lock lock{answer_mutex_};
    answer_ = answer;
}

CpuSample VirtualCpu::sample()
{
    constexpr std::uint64_t rflags_if = 1 << 9;
    const kvm_regs& regs = kvm_.shared().s.regs.regs;
    const std::uint32_t state = kvm_.mp_state().mp_state;
    CpuSample sample{.time = std::chrono::steady_clock::now(),
                     .exits = account_.returns() - interruptions_,
                     .rip = regs.rip,
                     .interrupts_on = (regs.rflags & rflags_if) != 0,
                     .halted = state == KVM_MP_STATE_HALTED,
                     .waiting = state == KVM_MP_STATE_UNINITIALIZED || state == KVM_MP_STATE_INIT_RECEIVED};
    add_kvm_counters(sample);
    return sample;
}

void VirtualCpu::add_kvm_counters(CpuSample& sample)
{
    try {
        if (!stats_)
            stats_ = kvm_.stats();
        for (const KvmStat& stat : stats_->read()) {
            if (stat.name == "irq_injections" || stat.name == "nmi_injections")
                sample.interrupts += stat.value;
            else if (stat.name == "halt_wakeup")
                sample.wakeups += stat.value;
            else if (stat.name == "pf_fixed")
                sample.faults += stat.value;
        }
    } catch (const KvmError&) {
        return; // before Linux 5.14: exits and RIP must do
    }
}

void VirtualCpu::port_io()
{
    const kvm_run& run = kvm_.shared();
    const bool is_out = run.io.direction == KVM_EXIT_IO_OUT;
    const std::size_t size = run.io.size;
    const std::span<std::byte> data = kvm_.io_data();
    if (!is_out)
        std::ranges::fill(data, std::byte{0xff}); // what nobody answers reads as ones

    const BusRange* const range = around_.ports.find(run.io.port, size);
    if (range == nullptr)
        return;
    const std::uint64_t offset = run.io.port - range->base;
    for (std::size_t at = 0; at < data.size(); at += size) { // several elements for `rep ins` and `rep outs`
        if (is_out)
            range->device->write(offset, data.subspan(at, size));
        else
            range->device->read(offset, data.subspan(at, size));
    }
}

void VirtualCpu::memory_io(const Exit& exit)
{
    kvm_run& run = kvm_.shared();
    const std::span data = std::as_writable_bytes(std::span{run.mmio.data}).first(std::min(run.mmio.len, 8U));
    if (run.mmio.is_write == 0)
        std::ranges::fill(data, std::byte{0xff});
    if (exit.device == nullptr)
        return;
    const std::uint64_t offset = run.mmio.phys_addr - exit.device->base;
    if (run.mmio.is_write != 0)
        exit.device->device->write(offset, data);
    else
        exit.device->device->read(offset, data);
}

void VirtualCpu::unknown_msr() { kvm_.shared().msr.error = 1; } // #GP, as without us

void VirtualCpu::halted()
{
    // Only without an irqchip does KVM tell us of a halt; and then there is no interrupt that could end it.
    around_.machine.end(Ending::stopped, 0,
                        fmt::format("vCPU {} halted, and without an interrupt controller nothing can wake it", id()));
}

void VirtualCpu::fail_entry()
{
    const auto& failure = kvm_.shared().fail_entry;
    die(Ending::internal_error,
        fmt::format("the processor refused to enter the guest: hardware reason {:#x}, CPU {}",
                    std::uint64_t{failure.hardware_entry_failure_reason}, std::uint32_t{failure.cpu}));
}

void VirtualCpu::die(Ending ending, const std::string& reason)
{
    fatal_registers_ = registers();
    around_.machine.end(ending, status_vmm_error, fmt::format("vCPU {}: {}", id(), reason));
}

bool VirtualCpu::was_started() const { return kvm_.mp_state().mp_state != KVM_MP_STATE_UNINITIALIZED; }

std::optional<Registers> VirtualCpu::registers() const
{
    if (fatal_registers_)
        return fatal_registers_;
    try {
        return Registers{kvm_.regs(), kvm_.sregs()};
    } catch (const KvmError&) {
        return std::nullopt;
    }
}

} // namespace vitrine
