#pragma once

#include "kernel/fs/inode.hpp"

namespace kernel::event {

/// The inode of files that have no other (Linux's anon_inode): fstat(2) shows it.
class AnonymousInode final : public fs::Inode {
public:
    AnonymousInode() : Inode{static_cast<fs::FileType>(0), 0600} {}
    static Result<Ref<fs::Inode>> create()
    {
        return Ref<fs::Inode> { TRY(make_ref<AnonymousInode>()) };
    }
};

} // namespace kernel::event
