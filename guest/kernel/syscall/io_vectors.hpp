#pragma once

#include "kernel/syscall/arguments.hpp"
#include "kernel/syscall/types.hpp"
#include "lib/small_array.hpp"

#include <algorithm>

namespace kernel::syscall {

/// A call's vectors as one piece of user memory, for what must be moved in one piece. Read once: what the program does
/// to them meanwhile does not matter.
class IoVectors final : public fs::Sink, public fs::Source {
public:
    static constexpr u64 most = 1024; ///< UIO_MAXIOV

    /// EMSGSIZE, EINVAL, EFAULT, ENOMEM.
    Result<void> read(UserArray<IoVector> from, u64 count)
    {
        if (count > most)
            return Errno::emsgsize;
        TRY(vectors_.allocate(static_cast<u32>(count)));
        TRY(from.read_all(vectors_.all()));
        for (const IoVector& vector : vectors_.all()) {
            if (static_cast<i64>(vector.size) < 0)
                return Errno::einval;
            TRY(UserBytes{vector.address}.check(vector.size));
            size_ = std::min(size_ + vector.size, max_size);
        }
        return {};
    }
    u64 size() const { return size_; }

    Result<void> put(u64 at, std::span<const std::byte> bytes) override
    {
        return for_each_piece(at, bytes.size(), [&](u64 address, u64 from, u64 size) {
            return arch::copy_to_user({address}, bytes.subspan(from, size));
        });
    }
    Result<void> put_zeros(u64 at, u64 count) override
    {
        return for_each_piece(at, count, [](u64 address, u64, u64 size) { return arch::clear_user({address}, size); });
    }
    Result<void> get(u64 at, std::span<std::byte> bytes) override
    {
        return for_each_piece(at, bytes.size(), [&](u64 address, u64 from, u64 size) {
            return arch::copy_from_user(bytes.subspan(from, size), {address});
        });
    }

private:
    static constexpr u64 max_size = 0x7fff'f000; ///< MAX_RW_COUNT

    template <typename Function>
    Result<void> for_each_piece(u64 at, u64 size, Function&& function)
    {
        u64 done = 0;
        for (const IoVector& vector : vectors_.all()) {
            if (at >= vector.size) {
                at -= vector.size;
                continue;
            }
            const u64 part = std::min(vector.size - at, size - done);
            if (part != 0)
                TRY(function(vector.address + at, done, part));
            done += part;
            at = 0;
        }
        return {};
    }

    SmallArray<IoVector, 8> vectors_;
    u64 size_ = 0;
};

} // namespace kernel::syscall
