#pragma once

#include "lib/types.hpp"

#include <optional>

namespace kernel::mm {

/// What an address space consists of, in pages: /proc/PID/statm's and status's figures.
struct MemoryUse {
    u64 mapped;             ///< VmSize
    u64 resident_anonymous; ///< RssAnon
    u64 resident_file;      ///< RssFile
    u64 resident_shared;    ///< RssShmem
    u64 locked;             ///< VmLck
    u64 stack;              ///< VmStk
    u64 data;               ///< private and writable, without the stack: VmData
    u64 code;               ///< VmExe and VmLib

    u64 resident() const { return resident_anonymous + resident_file + resident_shared; }
};

/// mremap(2)'s arguments. Sizes are rounded up to pages.
struct Remapping {
    VirtualAddress from;
    u64 old_size;
    u64 new_size;
    bool may_move = false;
    bool keep_old = false;              ///< MREMAP_DONTUNMAP: only the pages move
    std::optional<VirtualAddress> to{}; ///< MREMAP_FIXED
};

/// How pages are brought in before they are touched.
enum class Populate {
    read,
    write,
    as_allowed, ///< as if written where that makes a private page, else as if read (MAP_POPULATE)
};

/// madvise(2)'s advice, as far as something is done.
enum class Advice {
    none,
    discard,
    free,
    do_not_fork,
    do_fork,
    wipe_on_fork,
    keep_on_fork,
    populate_read,
    populate_write
};

} // namespace kernel::mm
