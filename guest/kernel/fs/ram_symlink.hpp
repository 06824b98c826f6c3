#pragma once

#include "kernel/fs/inode.hpp"

namespace kernel::fs {

/// A symbolic link whose target's characters live at least as long as it does: they are the initramfs's.
class RamSymlink final : public Inode {
public:
    explicit RamSymlink(std::string_view target) : Inode{FileType::symlink, 0777}, target_{target} {}

    u64 size() const override { return target_.size(); }
    Result<std::string_view> link_target() override { return target_; }

private:
    std::string_view target_;
};

} // namespace kernel::fs
