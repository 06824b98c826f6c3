#include "vmm/machine/exit.hpp"

#include <cerrno>

namespace vitrine {
namespace {

Exit failed_run(int result)
{
    switch (result) {
    case -EINTR: return {.key = ExitKey{ExitReason::intr}};
    case -EAGAIN: return {.key = ExitKey{ExitReason::again}};
    default: return {.key = ExitKey{ExitReason::error, static_cast<std::uint64_t>(-result)}};
    }
}

Exit mmio_exit(const kvm_run& run, const Bus& memory)
{
    const BusRange* const device = memory.find(run.mmio.phys_addr, run.mmio.len);
    const std::uint64_t base = device ? device->base : ExitKey::unclaimed_mmio;
    return {.key = ExitKey{ExitReason::mmio, base, run.mmio.is_write != 0}, .device = device};
}

} // namespace

Exit decode_exit(int result, const kvm_run& run, const Bus& memory)
{
    if (result < 0) [[unlikely]]
        return failed_run(result);

    const auto reason = static_cast<ExitReason>(run.exit_reason);
    switch (reason) {
    case ExitReason::io: return {.key = ExitKey{reason, run.io.port, run.io.direction == KVM_EXIT_IO_OUT}};
    case ExitReason::mmio: return mmio_exit(run, memory);
    case ExitReason::rdmsr: return {.key = ExitKey{reason, run.msr.index}};
    case ExitReason::wrmsr: return {.key = ExitKey{reason, run.msr.index, true}};
    case ExitReason::ioapic_eoi: return {.key = ExitKey{reason, run.eoi.vector}};
    case ExitReason::internal_error: return {.key = ExitKey{reason, run.internal.suberror}};
    default: return {.key = ExitKey{reason}};
    }
}

} // namespace vitrine
