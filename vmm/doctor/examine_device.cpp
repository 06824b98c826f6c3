#include "vmm/doctor/examine.hpp"

#include "vmm/kvm/error.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <grp.h>
#include <sys/stat.h>

namespace vitrine::doctor {
namespace {

/// Who may open /dev/kvm, as `ls -l` shows it.
std::string permissions_of_device()
{
    struct stat status {};
    if (::stat("/dev/kvm", &status) != 0)
        return "not there";
    return fmt::format("mode {:03o}, group id {}", status.st_mode & 0777, status.st_gid);
}

std::string advice_for(int error)
{
    switch (error) {
    case ENOENT:
        return "load the module: sudo modprobe kvm_intel (or kvm_amd). If that fails, turn virtualisation on in the "
               "firmware; in a VM, turn nested virtualisation on at its host; in a container, pass the device in "
               "(--device /dev/kvm). Without KVM, scripts/run-qemu boots the guest, slowly";
    case EACCES:
    case EPERM:
        return "join the group that owns it: sudo usermod -aG kvm $USER, then log in again. For this once: "
               "sudo chmod a+rw /dev/kvm";
    default: return "see dmesg | grep -i kvm";
    }
}

} // namespace

std::optional<Kvm> examine_device(Findings& findings)
{
    try {
        Kvm kvm;
        findings.push_back({.topic = "KVM",
                            .name = "/dev/kvm",
                            .verdict = Verdict::good,
                            .value = "opens, API version 12",
                            .advice = {}});
        return kvm;
    } catch (const KvmError& error) {
        findings.push_back(
            {.topic = "KVM",
             .name = "/dev/kvm",
             .verdict = Verdict::problem,
             .value = fmt::format("{} ({})", error.code().message(), permissions_of_device()),
             .advice = error.operation() == "open /dev/kvm" ? advice_for(error.code().value()) : error.hint()});
        return std::nullopt;
    }
}

} // namespace vitrine::doctor
