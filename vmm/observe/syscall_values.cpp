#include "vmm/observe/syscall_values.hpp"

#include "vmm/observe/quoted.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <sched.h>
#include <span>
#include <sys/mman.h>
#include <sys/wait.h>

namespace vitrine {
namespace {

struct Named {
    std::uint64_t value;
    std::string_view name;
};

#define NAMED(constant)                                                                                                \
    {                                                                                                                  \
        static_cast<std::uint64_t>(constant), #constant                                                                \
    }

constexpr Named access_modes[] = {NAMED(O_RDONLY), NAMED(O_WRONLY), NAMED(O_RDWR)};
constexpr std::uint64_t large_file = 0100000; // O_LARGEFILE is 0 to 64-bit programs
constexpr Named open_flags[] = {NAMED(O_CREAT),  NAMED(O_EXCL),     NAMED(O_NOCTTY),    NAMED(O_TRUNC),
                                NAMED(O_APPEND), NAMED(O_NONBLOCK), NAMED(O_SYNC),      NAMED(O_DSYNC),
                                NAMED(O_DIRECT), NAMED(O_TMPFILE),  NAMED(O_DIRECTORY), NAMED(O_NOFOLLOW),
                                NAMED(O_PATH),   NAMED(O_NOATIME),  NAMED(O_CLOEXEC),   {large_file, "O_LARGEFILE"}};
constexpr Named protections[] = {NAMED(PROT_READ), NAMED(PROT_WRITE), NAMED(PROT_EXEC)};
constexpr Named map_flags[] = {NAMED(MAP_SHARED_VALIDATE), NAMED(MAP_SHARED),    NAMED(MAP_PRIVATE),
                               NAMED(MAP_FIXED),           NAMED(MAP_ANONYMOUS), NAMED(MAP_NORESERVE),
                               NAMED(MAP_GROWSDOWN),       NAMED(MAP_LOCKED),    NAMED(MAP_POPULATE),
                               NAMED(MAP_STACK),           NAMED(MAP_HUGETLB),   NAMED(MAP_FIXED_NOREPLACE)};
constexpr Named at_flags[] = {NAMED(AT_SYMLINK_NOFOLLOW), NAMED(AT_SYMLINK_FOLLOW), NAMED(AT_EMPTY_PATH),
                              NAMED(AT_NO_AUTOMOUNT)};
constexpr Named clone_flags[] = {NAMED(CLONE_VM),          NAMED(CLONE_FS),
                                 NAMED(CLONE_FILES),       NAMED(CLONE_SIGHAND),
                                 NAMED(CLONE_PIDFD),       NAMED(CLONE_VFORK),
                                 NAMED(CLONE_PARENT),      NAMED(CLONE_THREAD),
                                 NAMED(CLONE_NEWNS),       NAMED(CLONE_SYSVSEM),
                                 NAMED(CLONE_SETTLS),      NAMED(CLONE_PARENT_SETTID),
                                 NAMED(CLONE_UNTRACED),    NAMED(CLONE_CHILD_CLEARTID),
                                 NAMED(CLONE_CHILD_SETTID)};
constexpr Named wait_options[] = {NAMED(WNOHANG), NAMED(WUNTRACED), NAMED(WEXITED), NAMED(WCONTINUED), NAMED(WNOWAIT)};
constexpr Named whences[] = {NAMED(SEEK_SET), NAMED(SEEK_CUR), NAMED(SEEK_END), NAMED(SEEK_DATA), NAMED(SEEK_HOLE)};
constexpr Named mask_operations[] = {NAMED(SIG_BLOCK), NAMED(SIG_UNBLOCK), NAMED(SIG_SETMASK)};
#undef NAMED

/// Flags by name, the largest of those that overlap first; what has no name in hexadecimal.
std::string join_flags(std::uint64_t value, std::span<const Named> names)
{
    std::string text;
    for (const Named& flag : names) {
        if ((value & flag.value) != flag.value)
            continue;
        text += (text.empty() ? "" : "|") + std::string{flag.name};
        value &= ~flag.value;
    }
    if (value != 0 || text.empty())
        text += fmt::format("{}{:#x}", text.empty() ? "" : "|", value);
    return text;
}

std::string one_of(std::uint64_t value, std::span<const Named> names)
{
    const auto found = std::find_if(names.begin(), names.end(), [&](const Named& each) { return each.value == value; });
    return found == names.end() ? fmt::format("{:#x}", value) : std::string{found->name};
}

std::string format_open_flags(std::uint64_t value)
{
    const std::string access = one_of(value & O_ACCMODE, access_modes);
    const std::uint64_t rest = value & 0xffff'ffff & ~std::uint64_t{O_ACCMODE};
    return rest == 0 ? access : access + "|" + join_flags(rest, open_flags);
}

std::string format_signal(std::uint64_t number)
{
    const char* name = sigabbrev_np(static_cast<int>(number));
    return name != nullptr ? fmt::format("SIG{}", name) : fmt::format("{}", number);
}

std::string format_clone_flags(std::uint64_t value)
{
    constexpr std::uint64_t exit_signal = 0xff;
    const std::uint64_t signal = value & exit_signal;
    if (signal == 0)
        return join_flags(value, clone_flags);
    const std::uint64_t flags = value & ~exit_signal;
    return flags == 0 ? format_signal(signal) : join_flags(flags, clone_flags) + "|" + format_signal(signal);
}

std::string format_mode(std::uint64_t value) { return fmt::format("{:04o}", value & 0xffff'ffff); }

std::string format_descriptor(std::uint64_t value)
{
    const auto number = static_cast<std::int32_t>(value);
    return number == AT_FDCWD ? "AT_FDCWD" : fmt::format("{}", number);
}

std::string format_address(std::uint64_t value) { return value == 0 ? "NULL" : fmt::format("{:#x}", value); }

struct TypeFormat {
    std::string_view type;
    std::string (*format)(std::uint64_t value);
};

/// The types whose values have a form of their own.
constexpr TypeFormat type_formats[] = {
    {"Descriptor", format_descriptor},
    {"OpenFlags", format_open_flags},
    {"FileMode", format_mode},
    {"Protection", [](std::uint64_t value) { return value == 0 ? "PROT_NONE" : join_flags(value, protections); }},
    {"MapFlags", [](std::uint64_t value) { return join_flags(value & 0xffff'ffff, map_flags); }},
    {"AtFlags", [](std::uint64_t value) { return value == 0 ? "0" : join_flags(value & 0xffff'ffff, at_flags); }},
    {"CloneFlags", format_clone_flags},
    {"WaitOptions",
     [](std::uint64_t value) { return value == 0 ? "0" : join_flags(value & 0xffff'ffff, wait_options); }},
    {"Whence", [](std::uint64_t value) { return one_of(value & 0xffff'ffff, whences); }},
    {"SignalNumber", [](std::uint64_t value) { return format_signal(value & 0xffff'ffff); }},
    {"MaskOperation", [](std::uint64_t value) { return one_of(value & 0xffff'ffff, mask_operations); }},
    {"Address", format_address},
    {"i32", [](std::uint64_t value) { return fmt::format("{}", static_cast<std::int32_t>(value)); }},
    {"i64", [](std::uint64_t value) { return fmt::format("{}", static_cast<std::int64_t>(value)); }},
    {"u32", [](std::uint64_t value) { return fmt::format("{}", static_cast<std::uint32_t>(value)); }},
    {"u64", [](std::uint64_t value) { return fmt::format("{}", value); }},
};

/// Numbers that are codes or sets of bits, by what their parameters are called.
constexpr std::string_view code_names[] = {"flags", "command", "operation", "argument", "advice"};

bool is_code(const SyscallParameter& parameter)
{
    return parameter.type.size() == 3 &&
           std::find(std::begin(code_names), std::end(code_names), parameter.name) != std::end(code_names);
}

/// Calls whose result is an address.
constexpr std::string_view address_results[] = {"mmap", "brk", "mremap", "shmat"};

} // namespace

std::string format_argument(const SyscallParameter& parameter, std::uint64_t value, const SyscallData* data)
{
    if (data != nullptr)
        return quoted(data->bytes) + (data->size > data->bytes.size() ? "..." : "");
    if (is_code(parameter))
        return value == 0 ? "0" : fmt::format("{:#x}", value);
    for (const TypeFormat& each : type_formats) {
        if (each.type == parameter.type)
            return each.format(value);
    }
    return format_address(value); // what the other types have in common
}

std::string format_syscall_result(std::string_view call, std::int64_t result)
{
    constexpr std::int64_t last_error = -4095;
    if (result < 0 && result >= last_error) {
        const int error = static_cast<int>(-result);
        const char* const name = strerrorname_np(error);
        return name == nullptr ? fmt::format("{}", result) : fmt::format("-1 {} ({})", name, strerrordesc_np(error));
    }
    if (std::find(std::begin(address_results), std::end(address_results), call) != std::end(address_results))
        return fmt::format("{:#x}", static_cast<std::uint64_t>(result));
    return fmt::format("{}", result);
}

} // namespace vitrine
