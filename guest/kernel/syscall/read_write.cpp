#include "kernel/mm/heap.hpp"
#include "kernel/syscall/descriptors.hpp"
#include "kernel/syscall/syscalls.hpp"

#include <algorithm>

namespace kernel::syscall {
namespace {

constexpr u64 max_transfer = 0x7fff'f000; ///< Linux's MAX_RW_COUNT
constexpr u32 max_vectors = 1024;         ///< UIO_MAXIOV

/// A call's vectors, read once: what the program does to them meanwhile does not matter.
class Vectors {
public:
    /// EINVAL and EFAULT for any wrong one, before anything is moved.
    static Result<Vectors> read(UserArray<IoVector> from, u64 count)
    {
        if (count > max_vectors)
            return Errno::einval;
        Vectors vectors{static_cast<u32>(count)};
        if (count > few)
            vectors.many_ = TRY(make_box<Many>());
        TRY(from.read_all(vectors.all()));
        for (const IoVector& vector : vectors.all())
            if (static_cast<i64>(vector.size) < 0)
                return Errno::einval;
        for (const IoVector& vector : vectors.all())
            TRY(UserBytes{vector.address}.check(vector.size));
        return vectors;
    }

    std::span<IoVector> all() { return {count_ > few ? many_->vectors : few_, count_}; }

private:
    static constexpr u32 few = 8; ///< have room on the stack
    struct Many {
        IoVector vectors[max_vectors];
    };

    explicit Vectors(u32 count) : count_{count} {}

    u32 count_;
    IoVector few_[few];
    Box<Many> many_;
};

/// Calls `transfer(address, size)` for each vector until one moves less than was asked for. An error counts only
/// when nothing was moved before.
template <typename Transfer>
SyscallResult for_each_vector(UserArray<IoVector> from, u64 count, Transfer&& transfer)
{
    auto vectors = TRY(Vectors::read(from, count));
    i64 total = 0;
    for (const IoVector& vector : vectors.all()) {
        const u64 size = std::min(vector.size, max_transfer - static_cast<u64>(total));
        if (size == 0)
            continue;
        const auto moved = transfer(vector.address, size);
        if (!moved && total == 0)
            return moved.error();
        if (!moved)
            break;
        total += static_cast<i64>(moved.value());
        if (moved.value() < size)
            break;
    }
    return total;
}

Result<u64> checked_offset(i64 offset)
{
    if (offset < 0)
        return Errno::einval;
    return static_cast<u64>(offset);
}

} // namespace

SyscallResult sys_read(Descriptor descriptor, UserOutBytes buffer, u64 size)
{
    const auto file = TRY(file_for_reading(descriptor));
    TRY(buffer.check(size));
    UserSink sink{buffer.address};
    return static_cast<i64>(TRY(file->read(std::min(size, max_transfer), sink)));
}

SyscallResult sys_write(Descriptor descriptor, UserInBytes buffer, u64 size)
{
    const auto file = TRY(file_for_writing(descriptor));
    TRY(buffer.check(size));
    UserSource source{buffer.address};
    return static_cast<i64>(TRY(file->write(std::min(size, max_transfer), source)));
}

SyscallResult sys_pread64(Descriptor descriptor, UserOutBytes buffer, u64 size, i64 offset)
{
    const auto file = TRY(file_for_reading(descriptor));
    TRY(buffer.check(size));
    UserSink sink{buffer.address};
    return static_cast<i64>(TRY(file->read_at(TRY(checked_offset(offset)), std::min(size, max_transfer), sink)));
}

SyscallResult sys_pwrite64(Descriptor descriptor, UserInBytes buffer, u64 size, i64 offset)
{
    const auto file = TRY(file_for_writing(descriptor));
    TRY(buffer.check(size));
    UserSource source{buffer.address};
    return static_cast<i64>(TRY(file->write_at(TRY(checked_offset(offset)), std::min(size, max_transfer), source)));
}

SyscallResult sys_readv(Descriptor descriptor, UserArray<IoVector> vectors, u64 count)
{
    const auto file = TRY(file_for_reading(descriptor));
    return for_each_vector(vectors, count, [&](u64 address, u64 size) {
        UserSink sink{address};
        return file->read(size, sink);
    });
}

SyscallResult sys_writev(Descriptor descriptor, UserArray<IoVector> vectors, u64 count)
{
    const auto file = TRY(file_for_writing(descriptor));
    return for_each_vector(vectors, count, [&](u64 address, u64 size) {
        UserSource source{address};
        return file->write(size, source);
    });
}

SyscallResult sys_lseek(Descriptor descriptor, i64 distance, u32 whence)
{
    const auto file = TRY(file_of(descriptor));
    return static_cast<i64>(TRY(file->seek(distance, static_cast<fs::Whence>(whence))));
}

SyscallResult sys_ioctl(Descriptor descriptor, u32 command, u64 argument)
{
    const auto file = TRY(file_of(descriptor));
    return file->control(command, argument);
}

} // namespace kernel::syscall
