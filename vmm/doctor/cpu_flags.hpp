#pragma once

namespace vitrine::doctor {

/// What /proc/cpuinfo says of the first processor.
struct CpuFlags {
    bool vmx = false;
    bool svm = false;
    bool hypervisor = false; ///< this machine is itself a guest
};

CpuFlags read_cpu_flags();

} // namespace vitrine::doctor
