#include "vmm/observe/exit_key.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace vitrine {
namespace {

struct ReasonName {
    ExitReason reason;
    const char* name;
};

constexpr std::array reason_names{
    ReasonName{ExitReason::unknown, "unknown"},
    ReasonName{ExitReason::exception, "exception"},
    ReasonName{ExitReason::io, "io"},
    ReasonName{ExitReason::hypercall, "hypercall"},
    ReasonName{ExitReason::debug, "debug"},
    ReasonName{ExitReason::hlt, "hlt"},
    ReasonName{ExitReason::mmio, "mmio"},
    ReasonName{ExitReason::irq_window_open, "irq_window_open"},
    ReasonName{ExitReason::shutdown, "shutdown"},
    ReasonName{ExitReason::fail_entry, "fail_entry"},
    ReasonName{ExitReason::intr, "intr"},
    ReasonName{ExitReason::set_tpr, "set_tpr"},
    ReasonName{ExitReason::tpr_access, "tpr_access"},
    ReasonName{ExitReason::nmi, "nmi"},
    ReasonName{ExitReason::internal_error, "internal_error"},
    ReasonName{ExitReason::watchdog, "watchdog"},
    ReasonName{ExitReason::system_event, "system_event"},
    ReasonName{ExitReason::ioapic_eoi, "ioapic_eoi"},
    ReasonName{ExitReason::hyperv, "hyperv"},
    ReasonName{ExitReason::rdmsr, "x86_rdmsr"},
    ReasonName{ExitReason::wrmsr, "x86_wrmsr"},
    ReasonName{ExitReason::dirty_ring_full, "dirty_ring_full"},
    ReasonName{ExitReason::bus_lock, "x86_bus_lock"},
    ReasonName{ExitReason::xen, "xen"},
    ReasonName{ExitReason::notify, "notify"},
    ReasonName{ExitReason::memory_fault, "memory_fault"},
    ReasonName{ExitReason::again, "again"},
    ReasonName{ExitReason::error, "error"},
    ReasonName{ExitReason::other, "other"},
};

std::string with_device(std::string where, std::string_view device)
{
    return device.empty() ? where : fmt::format("{} {}", where, device);
}

std::string mmio_detail(ExitKey key, const DeviceNames& names)
{
    const char* const direction = key.is_write() ? "write" : "read";
    if (key.detail() == ExitKey::unclaimed_mmio)
        return fmt::format("{} unclaimed", direction);
    return with_device(fmt::format("{} {:#x}", direction, key.detail()), names.at_address(key.detail()));
}

} // namespace

std::string name_of(ExitReason reason)
{
    const auto* const found = std::ranges::find(reason_names, reason, &ReasonName::reason);
    return found == reason_names.end() ? fmt::format("exit {}", static_cast<unsigned>(reason)) : found->name;
}

std::string detail_of(ExitKey key, const DeviceNames& names)
{
    switch (key.reason()) {
    case ExitReason::io:
        return with_device(fmt::format("{} {:#x}", key.is_write() ? "out" : "in", key.detail()),
                           names.at_port(static_cast<std::uint16_t>(key.detail())));
    case ExitReason::mmio: return mmio_detail(key, names);
    case ExitReason::rdmsr:
    case ExitReason::wrmsr: return fmt::format("{:#x}", key.detail());
    case ExitReason::ioapic_eoi: return fmt::format("vector {:#x}", key.detail());
    case ExitReason::internal_error: return fmt::format("suberror {}", key.detail());
    case ExitReason::error: return ::strerror(static_cast<int>(key.detail()));
    default: return {};
    }
}

} // namespace vitrine
