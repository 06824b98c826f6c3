#include "vmm/guest_test/machine_needs.hpp"

#include <fmt/format.h>

namespace vitrine::guest_test {
namespace {

std::string_view name(IrqChip irqchip)
{
    switch (irqchip) {
    case IrqChip::kernel: return "kernel";
    case IrqChip::split: return "split";
    case IrqChip::none: break;
    }
    return "none";
}

std::string_view name(KernelModeChoice mode)
{
    switch (mode) {
    case KernelModeChoice::ring0: return "ring0";
    case KernelModeChoice::ring3: return "ring3";
    case KernelModeChoice::automatic: break;
    }
    return "auto";
}

template <typename Choice>
std::optional<std::string> unmet(std::string_view key, const std::optional<Choice>& need, Choice has)
{
    if (!need || *need == has)
        return std::nullopt;
    return fmt::format("needs {} {}, and has {}", key, name(*need), name(has));
}

} // namespace

std::optional<std::string> MachineNeeds::unmet_by(const MachineConfig& machine,
                                                  const std::filesystem::path& artifacts) const
{
    if (!cpus.contain(machine.cpus))
        return fmt::format("needs {} CPUs, and has {}", cpus.describe(), machine.cpus);
    if (auto irqchip_unmet = unmet("irqchip", irqchip, machine.irqchip))
        return irqchip_unmet;
    if (auto mode_unmet = unmet("kernel_mode", kernel_mode, machine.kernel_mode))
        return mode_unmet;
    if (debug_kernel && machine.kernel != artifacts / debug_kernel_image)
        return fmt::format("needs {}, and has {}", debug_kernel_image, machine.kernel.filename().string());
    return std::nullopt;
}

} // namespace vitrine::guest_test
