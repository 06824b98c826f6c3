#pragma once

#include "kernel/fs/file.hpp"

#include <span>

namespace kernel::fs {

/// A process's file descriptors. Not locked.
class FileTable {
public:
    static constexpr u32 max_descriptors = 1024; ///< RLIMIT_NOFILE

    FileTable() = default;
    FileTable(const FileTable&) = delete;
    FileTable& operator=(const FileTable&) = delete;
    ~FileTable();

    /// Puts the file at the lowest free descriptor. EMFILE, ENOMEM.
    Result<u32> install(Ref<File> file, bool close_on_exec);
    /// EBADF.
    Result<Ref<File>> get(u32 descriptor) const;
    /// Takes the file out, so that the caller can drop it with no lock held. EBADF.
    Result<Ref<File>> remove(u32 descriptor);
    /// Closes what execve(2) closes.
    void close_on_exec();

private:
    struct Slot {
        Ref<File> file;
        bool close_on_exec = false;
    };
    static constexpr u32 first_capacity = 8;

    Result<void> grow();

    Slot* slots_ = nullptr;
    u32 capacity_ = 0;
    u32 lowest_free_ = 0; ///< no descriptor below it is free
};

} // namespace kernel::fs
