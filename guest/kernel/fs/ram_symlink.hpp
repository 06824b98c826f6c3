#pragma once

#include "kernel/fs/inode.hpp"
#include "kernel/mm/heap.hpp"

namespace kernel::fs {

/// A symbolic link in memory.
class RamSymlink final : public Inode {
public:
    /// The target's characters live at least as long as the link, as the initramfs's do, or until copy_target().
    explicit RamSymlink(std::string_view target) : Inode{FileType::symlink, 0777}, target_{target} {}
    ~RamSymlink() override { mm::kfree(copy_); }

    /// ENOMEM.
    Result<void> copy_target()
    {
        copy_ = static_cast<char*>(mm::kmalloc(target_.size()));
        if (copy_ == nullptr)
            return Errno::enomem;
        __builtin_memcpy(copy_, target_.data(), target_.size());
        target_ = {copy_, target_.size()};
        return {};
    }

    u64 size() const override { return target_.size(); }
    u64 allocated_size() const override { return 0; }
    Result<std::string_view> link_target() override { return target_; }

private:
    std::string_view target_;
    char* copy_ = nullptr;
};

} // namespace kernel::fs
