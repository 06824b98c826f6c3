#pragma once

#include "kernel/fs/dentry.hpp"
#include "lib/late.hpp"

namespace kernel::fs {

/// The root of a file system that is the same wherever it is mounted: made at the first mount, during boot.
class SharedRoot {
public:
    template <typename Make>
    Result<Ref<Dentry>> get(Make&& make)
    {
        if (!made_) {
            root_.construct(TRY(make()));
            made_ = true;
        }
        return *root_;
    }

private:
    bool made_ = false;
    Late<Ref<Dentry>> root_;
};

} // namespace kernel::fs
