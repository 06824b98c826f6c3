#include "vmm/cli/report_error.hpp"

#include "vmm/cli/terminal.hpp"
#include "vmm/config/diagnostic.hpp"
#include "vmm/kvm/error.hpp"
#include "vmm/machine/outcome.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <exception>

namespace vitrine::cli {
namespace {

constexpr const char* without_kvm = R"(
Vitrine needs KVM, the hypervisor in the Linux kernel.
  not there?      sudo modprobe kvm_intel   (or kvm_amd), and see that virtualisation is on in the firmware
  not permitted?  sudo usermod -aG kvm $USER, then log in again; for this once: sudo chmod a+rw /dev/kvm
  in a VM?        turn on nested virtualisation on its host
  in a container? pass the device in: --device /dev/kvm
`vitrine doctor` looks into it; scripts/run-qemu boots the same guest without KVM, slowly.
)";

void report(const ConfigError& error)
{
    const auto& diagnostics = error.diagnostics();
    fmt::print(stderr, "{}{} error{}\n", format_diagnostics(diagnostics, has_colour(stderr)), diagnostics.size(),
               diagnostics.size() == 1 ? "" : "s");
}

void report(const std::exception& error)
{
    const bool colour = has_colour(stderr);
    fmt::print(stderr, "{}vitrine: {}{}{}\n", colour ? "\033[1;31m" : "", colour ? "\033[0m" : "", error.what(), "");
}

} // namespace

int report_errors_of(const Action& action)
{
    try {
        return action();
    } catch (const ConfigError& error) {
        report(error);
    } catch (const KvmError& error) {
        report(error);
        if (error.operation() == "open /dev/kvm")
            std::fputs(without_kvm, stderr);
    } catch (const std::exception& error) {
        report(error);
    }
    return status_vmm_error;
}

} // namespace vitrine::cli
