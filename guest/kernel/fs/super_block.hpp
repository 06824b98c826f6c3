#pragma once

#include "kernel/fs/file_type.hpp"
#include "kernel/sync/atomic.hpp"
#include "kernel/sync/rw_semaphore.hpp"
#include "lib/format.hpp"
#include "lib/ref.hpp"

#include <span>
#include <string_view>

namespace kernel::fs {

class Dentry;
class SuperBlock;

/// What statfs(2) tells, in blocks and files.
struct FileSystemStatistics {
    u64 block_size = page_size;
    u64 blocks = 0;
    u64 free_blocks = 0;
    u64 files = 0;
    u64 free_files = 0;
};

/// A kind of file system that can be mounted. Declared beside its code:
///
///     FILE_SYSTEM(tmpfs, "tmpfs", 0x01021994, mount_tmpfs);
struct FileSystemType {
    std::string_view name;
    u64 magic; ///< linux/magic.h
    /// Its root, for mount(2): `source` and `options` as there. There may be one for all mounts.
    Result<Ref<Dentry>> (*mount)(const FileSystemType& type, std::string_view source, std::string_view options);
    bool needs_device = false; ///< a block device: not "nodev" in /proc/filesystems
};

/// At namespace scope. `name` is unique in the file.
#define FILE_SYSTEM(name, ...)                                                                                         \
    namespace {                                                                                                        \
    constexpr ::kernel::fs::FileSystemType name##_type{__VA_ARGS__};                                                   \
    [[gnu::section(".file_systems"), gnu::used]] constexpr const ::kernel::fs::FileSystemType* name##_type_entry =     \
        &name##_type;                                                                                                  \
    }                                                                                                                  \
    static_assert(true)

/// All that have been declared.
std::span<const FileSystemType* const> file_system_types();

/// Null when there is none of that name.
const FileSystemType* find_file_system_type(std::string_view name);

/// A file system with its files. It lives as long as a mount or an inode of it.
class SuperBlock : public RefCounted {
public:
    explicit SuperBlock(const FileSystemType& type);

    const FileSystemType& type() const { return type_; }
    /// What stat(2) shows as the device.
    DeviceNumber device() const { return {0, minor_}; }

    /// Held, shared, by whoever looks names up in its directories, and exclusively by whoever changes them. One for all
    /// directories: so a rename needs no more than that. Lock order: before all else of this file system; never two.
    RwSemaphore& names() { return names_; }

    bool is_read_only() const { return read_only_.load(Order::relaxed); }
    void set_read_only(bool read_only) { read_only_.store(read_only, Order::relaxed); }

    virtual FileSystemStatistics statistics() const { return {}; }
    /// mount(2)'s remount: other options. EINVAL.
    virtual Result<void> change_options(std::string_view /*options*/) { return {}; }
    /// Options that are not the defaults, as /proc/mounts shows them: ",size=4k".
    virtual void show_options(FormatSink& /*out*/) const {}

private:
    const FileSystemType& type_;
    u32 minor_;
    Atomic<bool> read_only_;
    RwSemaphore names_;
};

} // namespace kernel::fs
