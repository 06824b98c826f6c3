#pragma once

#include "kernel/fs/inode.hpp"
#include "kernel/fs/proc/writer.hpp"

#include <span>
#include <string_view>

/// /proc: files whose text the kernel's parts make when somebody reads them. A part declares its files beside its code:
///
///     Result<void> show_uptime(procfs::Writer& out)
///     {
///         out.print("{}.{:02}\n", seconds, hundredths);
///         return {};
///     }
///     PROC_FILE(uptime, "uptime", show_uptime);
namespace kernel::procfs {

/// Writes the file's text. Task context; may sleep.
using Show = Result<void> (*)(Writer& out);
/// Takes what one write(2) brought, blanks and the newline at its ends removed, at most a page. Task context.
using Store = Result<void> (*)(std::string_view text);
/// Makes a directory whose entries change.
using MakeDirectory = Result<Ref<fs::Inode>> (*)();

/// A file or such a directory at `path` below /proc. The directories on the way need not be declared.
struct ProcEntry {
    std::string_view path;
    Show show = nullptr;
    Store store = nullptr; ///< null: read-only
    MakeDirectory make_directory = nullptr;
};

/// At namespace scope. `name` is unique in the file. PROC_FILE(name, path, show) or (name, path, show, store).
#define PROC_FILE(name, ...) PROC_ENTRY(name##_proc_file, __VA_ARGS__)
#define PROC_DIRECTORY(name, path, make) PROC_ENTRY(name##_proc_directory, path, nullptr, nullptr, make)
/// The same for /sys: `path` begins with "/sys/".
#define SYS_FILE(name, ...) PROC_ENTRY(name##_sys_file, __VA_ARGS__)
#define SYS_DIRECTORY(name, path, make) PROC_ENTRY(name##_sys_directory, path, nullptr, nullptr, make)
#define PROC_ENTRY(name, ...)                                                                                          \
    namespace {                                                                                                        \
    constexpr ::kernel::procfs::ProcEntry name{__VA_ARGS__};                                                           \
    [[gnu::section(".proc_files"), gnu::used]] constexpr const ::kernel::procfs::ProcEntry* name##_entry = &name;      \
    }                                                                                                                  \
    static_assert(true)

/// All that have been declared.
std::span<const ProcEntry* const> entries();

/// The /proc directory itself, or with "/sys/" that.
Result<Ref<fs::Inode>> make_root(std::string_view prefix = {});

} // namespace kernel::procfs
