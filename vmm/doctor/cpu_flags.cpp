#include "vmm/doctor/cpu_flags.hpp"

#include <fstream>
#include <sstream>
#include <string>

namespace vitrine::doctor {

CpuFlags read_cpu_flags()
{
    CpuFlags found;
    std::ifstream info{"/proc/cpuinfo"};
    for (std::string line; std::getline(info, line);) {
        if (!line.starts_with("flags"))
            continue;
        std::istringstream flags{line};
        for (std::string flag; flags >> flag;) {
            found.vmx = found.vmx || flag == "vmx";
            found.svm = found.svm || flag == "svm";
            found.hypervisor = found.hypervisor || flag == "hypervisor";
        }
        break;
    }
    return found;
}

} // namespace vitrine::doctor
