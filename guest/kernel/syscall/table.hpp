#pragma once

#include "kernel/syscall/syscalls.hpp"

#include <array>
#include <string_view>
#include <utility>

/// The table made from syscalls.def.
namespace kernel::syscall {

/// A system call as the dispatcher sees it: six registers in, a result out.
using Handler = SyscallResult (*)(const u64* registers);

struct TableEntry {
    Handler handler = nullptr;
    std::string_view name;
};

inline constexpr u64 table_size = 512;

/// Registers become typed arguments: integers by truncation, as the ABI has it, and wrappers by their one member.
template <typename T>
constexpr T from_register(u64 value)
{
    if constexpr (std::is_integral_v<T>)
        return static_cast<T>(value);
    else if constexpr (requires { T{}.number; })
        return T{static_cast<decltype(T{}.number)>(value)};
    else
        return T{value};
}

template <auto function>
struct Adapter;

template <typename... Arguments, SyscallResult (*function)(Arguments...)>
struct Adapter<function> {
    static_assert(sizeof...(Arguments) <= 6);

    static SyscallResult call(const u64* registers)
    {
        return spread(registers, std::index_sequence_for<Arguments...>{});
    }

private:
    template <std::size_t... index>
    static SyscallResult spread([[maybe_unused]] const u64* registers, std::index_sequence<index...>)
    {
        return function(from_register<Arguments>(registers[index])...);
    }
};

/// Not defined anywhere: a call to it is no constant expression, and ends the compilation.
void two_system_calls_have_one_number();

/// Numbers are unique and below table_size: anything else does not compile.
constexpr std::array<TableEntry, table_size> make_table()
{
    std::array<TableEntry, table_size> table{};
    const auto add = [&](u64 number, Handler handler, std::string_view name) {
        if (table[number].handler != nullptr)
            two_system_calls_have_one_number();
        table[number] = {handler, name};
    };
#define SYSCALL(number, name, ...) add(number, Adapter<&sys_##name>::call, #name);
#include "abi/syscalls.def"
#undef SYSCALL
    return table;
}

} // namespace kernel::syscall
