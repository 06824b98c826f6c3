#pragma once

#include "kernel/fs/file.hpp"
#include "kernel/sync/mutex.hpp"
#include "lib/locked.hpp"

#include <utility>

namespace kernel::fs {

/// File descriptors. Not locked. What it gives back of files is for the caller to drop with no lock held: closing a
/// file may take any, and sleep.
class FileTable {
public:
    static constexpr u32 default_limit = 1024;         ///< RLIMIT_NOFILE
    static constexpr u32 most_descriptors = 1U << 20U; ///< whatever the limit says: Linux's NR_OPEN

    FileTable() = default;
    FileTable(const FileTable&) = delete;
    FileTable& operator=(const FileTable&) = delete;
    ~FileTable();

    /// An open descriptor's file, and whether execve(2) closes it.
    struct Slot {
        Ref<File> file;
        bool close_on_exec = false;
    };

    /// Puts the file at the lowest free descriptor from `least` on. EMFILE, ENOMEM.
    Result<u32> install(Ref<File> file, bool close_on_exec, u32 least = 0);
    /// Puts it at exactly this one; what was there. EBADF beyond the limit, ENOMEM.
    Result<Ref<File>> install_at(u32 descriptor, Ref<File> file, bool close_on_exec);
    /// EBADF.
    Result<Ref<File>> get(u32 descriptor) const;
    Result<Ref<File>> remove(u32 descriptor);
    /// Its slot. EBADF.
    Result<Slot*> slot(u32 descriptor);

    /// Takes out the first open descriptor from `first` to `last`, if any; with `only_marked` the first that execve(2)
    /// closes.
    Ref<File> take_first(u32& first, u32 last, bool only_marked);
    /// Marks all that are open from `first` to `last` to be closed by execve(2).
    void mark_close_on_exec(u32 first, u32 last);

    /// One more than the highest descriptor that there is room for: for who goes through them.
    u32 capacity() const { return capacity_; }
    /// RLIMIT_NOFILE: descriptors are below. Those that are not stay open.
    u32 limit() const { return limit_; }
    void set_limit(u32 limit) { limit_ = limit < most_descriptors ? limit : most_descriptors; }

    /// Makes this one, which is empty, like `other`: the same files at the same descriptors. ENOMEM.
    Result<void> copy_from(const FileTable& other);

private:
    static constexpr u32 first_capacity = 8;

    Result<void> reserve(u32 capacity);

    Slot* slots_ = nullptr;
    u32 capacity_ = 0;
    u32 lowest_free_ = 0; ///< no descriptor below it is free
    u32 limit_ = default_limit;
};

/// The descriptors of a process: shared by those that clone(CLONE_FILES) made.
class OpenFiles final : public RefCounted {
public:
    Locked<FileTable, Mutex>& table() { return table_; }

    /// For fork: a table of its own with the same files. ENOMEM.
    Result<Ref<OpenFiles>> duplicate();

    /// Closes what execve(2) closes.
    void close_on_exec() { close(0, ~0U, true); }
    /// Closes the descriptors from `first` to `last`.
    void close_range(u32 first, u32 last) { close(first, last, false); }

private:
    void close(u32 first, u32 last, bool only_marked);

    Locked<FileTable, Mutex> table_;
};

} // namespace kernel::fs
