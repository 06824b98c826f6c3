#pragma once

#include "lib/result.hpp"
#include "lib/types.hpp"

#include <cstddef>
#include <span>
#include <string_view>

namespace kernel::fs {

/// One member of an archive. Name and data point into the archive's bytes.
struct CpioEntry {
    std::string_view name;
    std::span<const std::byte> data;
    u32 inode = 0;
    u32 mode = 0; ///< S_IFMT bits and permissions
    u32 uid = 0;
    u32 gid = 0;
    u32 link_count = 0;
    u32 modified = 0;     ///< seconds since 1970
    u32 device_major = 0; ///< of device nodes
    u32 device_minor = 0;
};

/// Reads a cpio archive in the "newc" format (magic 070701, or 070702 whose checksums are not checked; Linux's
/// Documentation/driver-api/early-userspace/buffer-format.rst). Trusts nothing: every length is checked against the
/// bytes there are. Archives may be concatenated, with zero bytes between them.
class CpioReader {
public:
    explicit CpioReader(std::span<const std::byte> archive) : archive_{archive} {}

    /// The next entry in `entry`: true; false at the end of the last archive. EINVAL: the archive is damaged at
    /// offset().
    Result<bool> next(CpioEntry& entry);

    /// Where in the archive the reader stands.
    u64 offset() const { return offset_; }
    /// Why next() failed, for a person.
    std::string_view problem() const { return problem_; }

private:
    Errno fail(std::string_view problem);
    bool skip_padding_between_archives();
    std::string_view text(u64 offset, u64 size) const;

    std::span<const std::byte> archive_;
    u64 offset_ = 0;
    std::string_view problem_;
};

} // namespace kernel::fs
