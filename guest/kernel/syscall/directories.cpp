#include "kernel/mm/heap.hpp"
#include "kernel/syscall/descriptors.hpp"
#include "kernel/syscall/syscalls.hpp"

#include <algorithm>

namespace kernel::syscall {
namespace {

/// struct linux_dirent64 (linux/dirent.h), the name behind it.
struct [[gnu::packed]] DirectoryEntry {
    u64 inode;
    u64 next_position;
    u16 length; ///< of this record with its name, a multiple of 8
    u8 type;    ///< DT_*: the type bits of the mode
};
static_assert(sizeof(DirectoryEntry) == 19);

/// Packs entries into a kernel buffer: directories are visited with a spin lock held, when user memory is out of reach.
class EntryPacker final : public fs::DirectoryVisitor {
public:
    explicit EntryPacker(std::span<std::byte> to) : to_{to} {}

    bool visit(std::string_view name, u64 inode, fs::FileType type, u64 next_position) override
    {
        const u64 length = align_up(sizeof(DirectoryEntry) + name.size() + 1, 8);
        if (length > to_.size() - used_) {
            overflowed_ = true;
            return false;
        }
        const DirectoryEntry entry{inode, next_position, static_cast<u16>(length),
                                   static_cast<u8>(static_cast<u32>(type) >> 12)};
        std::byte* const record = to_.data() + used_;
        __builtin_memcpy(record, &entry, sizeof entry);
        __builtin_memcpy(record + sizeof entry, name.data(), name.size());
        __builtin_memset(record + sizeof entry + name.size(), 0, length - sizeof entry - name.size());
        used_ += length;
        return true;
    }

    std::span<const std::byte> packed() const { return to_.first(used_); }
    bool overflowed() const { return overflowed_; }

private:
    std::span<std::byte> to_;
    u64 used_ = 0;
    bool overflowed_ = false;
};

struct PackingRoom {
    PackingRoom() {} // leaves the bytes as they are
    std::byte bytes[2048];
};

} // namespace

SyscallResult sys_getdents64(Descriptor descriptor, UserBytes buffer, u64 size)
{
    const auto file = TRY(file_of(descriptor));
    const auto room = TRY(make_box<PackingRoom>());
    EntryPacker packer{std::span{room->bytes}.first(std::min(size, sizeof room->bytes))};
    TRY(file->read_directory(packer));
    if (packer.packed().empty() && packer.overflowed())
        return Errno::einval;
    TRY(buffer.write(packer.packed()));
    return static_cast<i64>(packer.packed().size());
}

} // namespace kernel::syscall
