#include "vmm/observe/syscall_table.hpp"

#include <algorithm>

namespace vitrine {
namespace {

struct Line {
    std::uint64_t number;
    std::string_view name;
    std::string_view parameters; ///< as they are written: "Descriptor file, u64 size"
};

constexpr Line lines[] = {
#define SYSCALL(number, name, ...) {number, #name, #__VA_ARGS__},
#define PARTIAL(name, missing)
#include "abi/syscalls.def"
#undef PARTIAL
#undef SYSCALL
};

struct Partial {
    std::string_view name;
    std::string_view missing;
};

constexpr Partial partial[] = {
#define SYSCALL(number, name, ...)
#define PARTIAL(name, missing) {#name, missing},
#include "abi/syscalls.def"
#undef PARTIAL
#undef SYSCALL
};

std::vector<SyscallParameter> parse_parameters(std::string_view text)
{
    std::vector<SyscallParameter> parameters;
    while (!text.empty()) {
        const std::string_view one = text.substr(0, text.find(','));
        const std::size_t space = one.rfind(' ');
        parameters.push_back({.type = one.substr(0, space), .name = one.substr(space + 1)});
        text.remove_prefix(one.size());
        text.remove_prefix(std::min(text.find_first_not_of(", "), text.size()));
    }
    return parameters;
}

std::vector<SyscallSignature> make_table()
{
    std::vector<SyscallSignature> table;
    for (const Line& line : lines) {
        const auto* lack = std::find_if(std::begin(partial), std::end(partial),
                                        [&](const Partial& each) { return each.name == line.name; });
        table.push_back({.number = line.number,
                         .name = line.name,
                         .missing = lack == std::end(partial) ? std::string_view{} : lack->missing,
                         .parameters = parse_parameters(line.parameters)});
    }
    return table;
}

} // namespace

const std::vector<SyscallSignature>& syscall_table()
{
    static const std::vector<SyscallSignature> table = make_table();
    return table;
}

const SyscallSignature* find_syscall(std::uint64_t number)
{
    const auto& table = syscall_table();
    const auto found =
        std::find_if(table.begin(), table.end(), [&](const SyscallSignature& each) { return each.number == number; });
    return found == table.end() ? nullptr : &*found;
}

} // namespace vitrine
