#include "vmm/observe/syscall_coverage.hpp"

#include "vmm/observe/syscall_names.hpp"
#include "vmm/observe/syscall_table.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace vitrine {
namespace {

/// The last call of Linux 6.1, set_mempolicy_home_node: later headers know more, and the page must not depend on them.
constexpr std::uint64_t last_number = 450;

std::string status_of(const SyscallSignature* call)
{
    if (call == nullptr)
        return "absent";
    return call->missing.empty() ? "full" : fmt::format("partial: {}", call->missing);
}

} // namespace

std::string syscall_coverage()
{
    std::string rows;
    unsigned names = 0;
    for (std::uint64_t number = 0; number <= last_number; ++number) {
        const std::string_view name = syscall_name(number);
        if (name.empty())
            continue;
        ++names;
        rows += fmt::format("| {} | {} | {} |\n", number, name, status_of(find_syscall(number)));
    }
    const auto& table = syscall_table();
    const auto partial =
        std::count_if(table.begin(), table.end(), [](const SyscallSignature& call) { return !call.missing.empty(); });
    return fmt::format(R"(# System calls

What the guest kernel has of the {} system calls of Linux 6.1 on x86-64: {} whole, {} in part. The others answer -ENOSYS,
and the trace names them (`sys_unknown`). `int 0x80` is not there on purpose: not every KVM delivers it.

This page is printed by `vitrine syscalls --markdown` from [abi/syscalls.def](../abi/syscalls.def); a test compares.

| number | name | here |
| ---: | --- | --- |
{})",
                       names, table.size() - static_cast<std::size_t>(partial), partial, rows);
}

} // namespace vitrine
