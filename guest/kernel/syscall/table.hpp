#pragma once

#include "kernel/syscall/syscalls.hpp"
#include "kernel/syscall/trace_data.hpp"

#include <array>
#include <string_view>
#include <utility>

/// The table made from syscalls.def.
namespace kernel::syscall {

/// A system call as the dispatcher sees it: six registers in, a result out.
using Handler = SyscallResult (*)(const u64* registers);

/// Puts into the trace what the arguments point at, as far as the call has read it, or written it. `result`: bytes.
using DataTracer = void (*)(const u64* registers, i64 result);

struct TableEntry {
    Handler handler = nullptr;
    std::string_view name;
    DataTracer trace_input = nullptr;
    DataTracer trace_output = nullptr;
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

template <typename T>
inline constexpr bool is_input = std::is_same_v<T, UserString> || std::is_same_v<T, UserInBytes>;
template <typename T>
inline constexpr bool is_output = std::is_same_v<T, UserOutBytes>;

template <auto function>
struct Adapter;

template <typename... Arguments, SyscallResult (*function)(Arguments...)>
struct Adapter<function> {
    static_assert(sizeof...(Arguments) <= 6);

    static SyscallResult call(const u64* registers)
    {
        return spread(registers, std::index_sequence_for<Arguments...>{});
    }

    static constexpr bool has_input = (false || ... || is_input<Arguments>);
    static constexpr bool has_output = (false || ... || is_output<Arguments>);

    static void trace_input(const u64* registers, i64)
    {
        trace_each(registers, std::index_sequence_for<Arguments...>{}, []<typename T>(u8 index, const u64* value) {
            if constexpr (std::is_same_v<T, UserString>)
                trace_string(index, T{*value});
            else if constexpr (is_input<T>)
                trace_bytes(index, from_register<T>(*value), value[1]);
        });
    }

    static void trace_output(const u64* registers, i64 result)
    {
        trace_each(registers, std::index_sequence_for<Arguments...>{}, [&]<typename T>(u8 index, const u64* value) {
            if constexpr (is_output<T>)
                trace_bytes(index, from_register<T>(*value), static_cast<u64>(result));
        });
    }

private:
    template <std::size_t... index, typename Function>
    static void trace_each(const u64* registers, std::index_sequence<index...>, Function&& trace)
    {
        (trace.template operator()<Arguments>(u8{index}, registers + index), ...);
    }

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
    const auto add = [&]<typename Call>(u64 number, Call, std::string_view name) {
        if (table[number].handler != nullptr)
            two_system_calls_have_one_number();
        table[number] = {Call::call, name, Call::has_input ? Call::trace_input : nullptr,
                         Call::has_output ? Call::trace_output : nullptr};
    };
#define PARTIAL(name, missing)
#define SYSCALL(number, name, ...) add(number, Adapter<&sys_##name>{}, #name);
#include "abi/syscalls.def"
#undef SYSCALL
#undef PARTIAL
    return table;
}

} // namespace kernel::syscall
