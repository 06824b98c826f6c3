#include "vmm/doctor/examine.hpp"

#include "abi/kernel_mode.hpp"
#include "vmm/doctor/cpu_flags.hpp"
#include "vmm/doctor/timing_guest.hpp"

#include <fmt/format.h>

#include <exception>

namespace vitrine::doctor {
namespace {

bool is_emulated(double cycles_per_instruction) { return cycles_per_instruction > abi::slowest_native_cycles; }

double microseconds(std::chrono::nanoseconds time) { return static_cast<double>(time.count()) / 1e3; }

Finding describe_backend(double cycles, const CpuFlags& flags)
{
    const bool emulated = is_emulated(cycles);
    Finding finding{.topic = "Speed", .name = "backend", .verdict = Verdict::good, .value = {}, .advice = {}};
    if (emulated) {
        finding.verdict = Verdict::note;
        finding.value = "KVM that emulates ring 0 (kvm-pvm or the like), not VT-x or SVM";
        finding.advice = "guest kernels run about a thousand times slower than user programs; programs in ring 3 "
                         "run at full speed. Linux guests reach their first messages, not user space";
    } else if (flags.vmx) {
        finding.value = "VT-x";
    } else if (flags.svm) {
        finding.value = "SVM";
    } else {
        finding.value = "native, of a kind this program does not know";
    }
    return finding;
}

Finding describe_instruction(double cycles)
{
    return {.topic = "Speed",
            .name = "ring 0 instruction",
            .verdict = Verdict::good,
            .value = fmt::format("{:.{}f} cycles ({})", cycles, cycles < 10 ? 1 : 0,
                                 is_emulated(cycles) ? "emulated" : "native"),
            .advice = {},
            .measure = Finding::Measure{cycles, "cycles"}};
}

/// What "kernel_mode": "auto" comes to here.
Finding describe_kernel_mode(double cycles)
{
    Finding finding{.topic = "Speed", .name = "kernel_mode auto", .verdict = Verdict::good, .value = {}, .advice = {}};
    const bool ring3 = abi::choose_kernel_mode(static_cast<std::uint64_t>(cycles)) == abi::KernelMode::ring3;
    finding.value =
        fmt::format("{}: an instruction in ring 0 takes {:.0f} cycles, {} than {}", ring3 ? "ring3" : "ring0", cycles,
                    ring3 ? "more" : "no more", abi::slowest_native_cycles);
    return finding;
}

Finding describe_exit(const std::vector<std::chrono::nanoseconds>& exits, const char* name, double quantile)
{
    const auto index = static_cast<std::size_t>(quantile * static_cast<double>(exits.size() - 1));
    const double time = microseconds(exits.at(index));
    return {.topic = "Speed",
            .name = name,
            .verdict = Verdict::good,
            .value = fmt::format("{:.1f} us from ring 0 to vitrine and back", time),
            .advice = {},
            .measure = Finding::Measure{time, "us"}};
}

} // namespace

void examine_speed(const Kvm& kvm, Findings& findings)
{
    try {
        const GuestTiming timing = run_timing_guest(kvm);
        findings.push_back(describe_backend(timing.cycles_per_instruction, read_cpu_flags()));
        findings.push_back(describe_instruction(timing.cycles_per_instruction));
        findings.push_back(describe_kernel_mode(timing.cycles_per_instruction));
        findings.push_back(describe_exit(timing.exits, "PIO exit, median", 0.5));
        findings.push_back(describe_exit(timing.exits, "PIO exit, p99", 0.99));
        const double create = microseconds(timing.create_vm);
        findings.push_back({.topic = "Speed",
                            .name = "KVM_CREATE_VM",
                            .verdict = Verdict::good,
                            .value = fmt::format("{:.0f} us", create),
                            .advice = {},
                            .measure = Finding::Measure{create, "us"}});
    } catch (const std::exception& error) {
        findings.push_back({.topic = "Speed",
                            .name = "timing guest",
                            .verdict = Verdict::problem,
                            .value = error.what(),
                            .advice = "KVM is there but cannot run a guest of 30 bytes: see dmesg | grep -i kvm"});
    }
}

} // namespace vitrine::doctor
