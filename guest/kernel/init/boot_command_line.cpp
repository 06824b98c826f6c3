#include "arch/paging.hpp"
#include "kernel/init/boot_step.hpp"
#include "kernel/init/command_line.hpp"

namespace kernel::command_line {

std::string_view text()
{
    const vitrine::abi::Table& line = boot_info().command_line;
    return {arch::direct_map<const char>({line.address}), line.count};
}

std::optional<std::string_view> value(std::string_view name) { return find(text(), name); }
bool has(std::string_view name) { return value(name).has_value(); }
std::optional<unsigned> number(std::string_view name) { return value(name).and_then(to_number); }

} // namespace kernel::command_line
