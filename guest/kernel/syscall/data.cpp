// Moving data between files, and making it safe.
#include "kernel/fs/file_system.hpp"
#include "kernel/mm/heap.hpp"
#include "kernel/syscall/descriptors.hpp"
#include "kernel/syscall/syscalls.hpp"

#include <algorithm>

namespace kernel::syscall {
namespace {

constexpr u64 max_transfer = 0x7fff'f000; ///< Linux's MAX_RW_COUNT

struct CopyRoom {
    CopyRoom() {} // leaves the bytes as they are
    std::byte bytes[page_size];
};

/// Kernel memory as a source.
class KernelSource final : public fs::Source {
public:
    explicit KernelSource(std::span<const std::byte> memory) : memory_{memory} {}

    Result<void> get(u64 at, std::span<std::byte> bytes) override
    {
        __builtin_memcpy(bytes.data(), memory_.data() + at, bytes.size());
        return {};
    }

private:
    std::span<const std::byte> memory_;
};

/// Where a file is read or written: at its own offset, or at one in user memory; either moves.
class Position {
public:
    static Result<Position> of(fs::File& file, UserOut<i64> user)
    {
        if (user.is_null())
            return Position { file, user, TRY(file.seek(0, fs::Whence::current)) };
        const i64 offset = TRY(UserIn<i64>{user.address}.read());
        if (offset < 0)
            return Errno::einval;
        return Position{file, user, static_cast<u64>(offset)};
    }

    u64 value() const { return value_; }
    void advance(u64 count) { value_ += count; }
    Result<void> keep() const
    {
        if (!user_.is_null())
            return user_.write(static_cast<i64>(value_));
        TRY(file_.seek(static_cast<i64>(value_), fs::Whence::set));
        return {};
    }

private:
    Position(fs::File& file, UserOut<i64> user, u64 value) : file_{file}, user_{user}, value_{value} {}

    fs::File& file_;
    UserOut<i64> user_;
    u64 value_;
};

/// Copies up to `count` bytes, `write(bytes)` of each piece: how many. An error counts when nothing was copied before.
template <typename Write>
Result<u64> copy(fs::File& from, Position& position, u64 count, Write&& write)
{
    const auto room = TRY(make_box<CopyRoom>());
    u64 done = 0;
    while (done < count) {
        fs::KernelSink sink{room->bytes};
        const auto got = from.read_at(position.value(), std::min<u64>(count - done, page_size), sink);
        if (!got && done == 0)
            return got.error();
        if (!got || got.value() == 0)
            break;
        const Result<u64> put = write(std::span<const std::byte>{room->bytes, got.value()});
        if (!put && done == 0)
            return put.error();
        if (!put)
            break;
        position.advance(put.value());
        done += put.value();
        if (put.value() < got.value())
            break;
    }
    return done;
}

Result<void> check_copied(const fs::File& file)
{
    if (file.inode().is_directory())
        return Errno::eisdir;
    if (!file.inode().is_regular())
        return Errno::einval;
    return {};
}

SyscallResult synchronise(Descriptor descriptor)
{
    const auto file = TRY(file_of(descriptor));
    if ((file->flags() & fs::open_path) != 0)
        return Errno::ebadf;
    TRY(file->synchronise());
    return 0;
}

} // namespace

SyscallResult sys_sendfile(Descriptor to, Descriptor from, UserOut<i64> offset, u64 count)
{
    const auto in = TRY(file_for_reading(from));
    const auto out = TRY(file_for_writing(to));
    if (!in->inode().is_regular() || (out->flags() & fs::open_append) != 0)
        return Errno::einval;
    Position position = TRY(Position::of(*in, offset));
    const u64 done = TRY(copy(*in, position, std::min(count, max_transfer), [&](std::span<const std::byte> bytes) {
        KernelSource source{bytes};
        return out->write(bytes.size(), source);
    }));
    TRY(position.keep());
    return static_cast<i64>(done);
}

SyscallResult sys_copy_file_range(Descriptor from, UserOut<i64> from_offset, Descriptor to, UserOut<i64> to_offset,
                                  u64 count, u32 flags)
{
    const auto in = TRY(file_for_reading(from));
    const auto out = TRY(file_for_writing(to));
    if (flags != 0)
        return Errno::einval;
    TRY(check_copied(*in));
    TRY(check_copied(*out));
    if ((out->flags() & fs::open_append) != 0)
        return Errno::ebadf;
    Position source_position = TRY(Position::of(*in, from_offset));
    Position target = TRY(Position::of(*out, to_offset));
    count = std::min(count, max_transfer);
    const u64 distance =
        std::max(source_position.value(), target.value()) - std::min(source_position.value(), target.value());
    if (&in->inode() == &out->inode() && distance < count)
        return Errno::einval; // they overlap
    const u64 done = TRY(copy(*in, source_position, count, [&](std::span<const std::byte> bytes) -> Result<u64> {
        KernelSource source{bytes};
        const u64 put = TRY(out->write_at(target.value(), bytes.size(), source));
        target.advance(put);
        return put;
    }));
    TRY(source_position.keep());
    TRY(target.keep());
    return static_cast<i64>(done);
}

SyscallResult sys_fsync(Descriptor file) { return synchronise(file); }
SyscallResult sys_fdatasync(Descriptor file) { return synchronise(file); }
SyscallResult sys_syncfs(Descriptor file)
{
    TRY(file_of(file));
    return 0;
}
/// No file system keeps anything that is not in memory.
SyscallResult sys_sync() { return 0; }

SyscallResult sys_fadvise64(Descriptor descriptor, i64, i64 length, u32 advice)
{
    constexpr u32 last_advice = 5; // POSIX_FADV_NOREUSE
    const auto file = TRY(file_of(descriptor));
    if ((file->flags() & fs::open_path) != 0)
        return Errno::ebadf;
    const auto type = file->inode().type();
    if (type == fs::FileType::fifo || type == fs::FileType::socket)
        return Errno::espipe;
    if (length < 0 || advice > last_advice)
        return Errno::einval;
    return 0; // all is in memory
}

} // namespace kernel::syscall
