#include "vmm/doctor/examine.hpp"

#include "vmm/doctor/cpu_flags.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <thread>
#include <unistd.h>

namespace vitrine::doctor {
namespace {

constexpr const char* topic = "Host";

Finding good(const char* name, std::string value)
{
    return {.topic = topic, .name = name, .verdict = Verdict::good, .value = std::move(value), .advice = {}};
}

Finding note(const char* name, std::string value, std::string advice)
{
    return {
        .topic = topic, .name = name, .verdict = Verdict::note, .value = std::move(value), .advice = std::move(advice)};
}

/// /proc/meminfo: KiB, or a number of huge pages, by name.
std::map<std::string, std::uint64_t> read_meminfo()
{
    std::map<std::string, std::uint64_t> values;
    std::ifstream in{"/proc/meminfo"};
    for (std::string line; std::getline(in, line);) {
        if (const auto colon = line.find(':'); colon != std::string::npos)
            values[line.substr(0, colon)] = std::strtoull(line.c_str() + colon + 1, nullptr, 10);
    }
    return values;
}

Finding examine_kernel()
{
    utsname name{};
    ::uname(&name);
    return good("kernel", fmt::format("{} {}", name.sysname, name.release));
}

Finding examine_processors()
{
    const unsigned count = std::thread::hardware_concurrency();
    Finding finding =
        good("processors", fmt::format("{}{}", count, read_cpu_flags().hypervisor ? ", of a virtual machine" : ""));
    finding.measure = Finding::Measure{static_cast<double>(count), "processors"};
    if (count == 1) {
        finding.verdict = Verdict::note;
        finding.advice = "guests with several vCPUs run, but only one vCPU at a time";
    }
    return finding;
}

Finding examine_memory(std::uint64_t available_kib)
{
    constexpr std::uint64_t little_kib = 512 << 10;
    Finding finding = good("memory", fmt::format("{} MiB available", available_kib >> 10));
    finding.measure = Finding::Measure{static_cast<double>(available_kib) * 1024, "bytes"};
    if (available_kib < little_kib) {
        finding.verdict = Verdict::problem;
        finding.advice = "close something: most configs give their guest 128 MiB or more";
    }
    return finding;
}

Finding examine_transparent_huge_pages()
{
    std::string modes;
    std::getline(std::ifstream{"/sys/kernel/mm/transparent_hugepage/enabled"}, modes);
    if (modes.empty())
        return note("transparent huge pages", "not in this kernel", "\"huge_pages\" works with a memfd only");
    if (modes.find("[never]") != std::string::npos)
        return note("transparent huge pages", modes,
                    "for \"huge_pages\": echo madvise | sudo tee /sys/kernel/mm/transparent_hugepage/enabled");
    return good("transparent huge pages", modes);
}

Finding examine_reserved_huge_pages(std::uint64_t free_pages)
{
    const std::string value = fmt::format("{} free", free_pages);
    return free_pages > 0 ? good("reserved huge pages", value)
                          : note("reserved huge pages", value,
                                 "only a memfd with \"huge_pages\" needs them: sudo sysctl vm.nr_hugepages=64");
}

Finding examine_locked_memory()
{
    rlimit limit{};
    ::getrlimit(RLIMIT_MEMLOCK, &limit);
    if (limit.rlim_cur == RLIM_INFINITY)
        return good("lockable memory", "no limit");
    return good("lockable memory", fmt::format("{} KiB", limit.rlim_cur >> 10));
}

Finding examine_tun()
{
    if (::access("/dev/net/tun", R_OK | W_OK) == 0)
        return good("/dev/net/tun", "usable");
    return note("/dev/net/tun", ::access("/dev/net/tun", F_OK) == 0 ? "forbidden" : "not there",
                "guests cannot be put on a network of the host: sudo modprobe tun, and read and write permission");
}

} // namespace

void examine_host(Findings& findings)
{
    auto memory = read_meminfo();
    findings.push_back(examine_kernel());
    findings.push_back(examine_processors());
    findings.push_back(examine_memory(memory["MemAvailable"]));
    findings.push_back(examine_transparent_huge_pages());
    findings.push_back(examine_reserved_huge_pages(memory["HugePages_Free"]));
    findings.push_back(examine_locked_memory());
    findings.push_back(examine_tun());
}

Findings examine_everything()
{
    Findings findings;
    if (const auto kvm = examine_device(findings)) {
        examine_capabilities(*kvm, findings);
        examine_speed(*kvm, findings);
    }
    examine_host(findings);
    return findings;
}

} // namespace vitrine::doctor
