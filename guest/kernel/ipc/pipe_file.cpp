#include "kernel/ipc/pipe_file.hpp"

#include "arch/user_access.hpp"

namespace kernel::ipc {
namespace {

constexpr u64 bytes_to_read = 0x541b; ///< FIONREAD (asm-generic/ioctls.h)

/// What fstat(2) shows of a pipe.
class PipeInode final : public fs::Inode {
public:
    PipeInode() : Inode{fs::FileType::fifo, 0600} {}
};

} // namespace

Result<u64> PipeFile::write(u64 count, fs::Source& source)
{
    const bool packets = (flags() & fs::open_direct) != 0;
    return pipe_->write(count, source, is_nonblocking(), packets);
}

Result<i64> PipeFile::control(u64 command, u64 argument)
{
    if (command != bytes_to_read)
        return Errno::enotty;
    const i32 bytes = static_cast<i32>(pipe_->bytes());
    TRY(arch::copy_to_user({argument}, std::as_bytes(std::span{&bytes, 1})));
    return i64{0};
}

Result<PipePair> make_pipe(u32 flags)
{
    const Ref<fs::Inode> inode = TRY(make_ref<PipeInode>());
    const auto pipe = TRY(Pipe::create());
    const PipeEnds reading{.read = true};
    const PipeEnds writing{.write = true};
    auto reader = TRY(make_ref<PipeFile>(inode, flags | fs::open_read_only, pipe, reading));
    auto writer = TRY(make_ref<PipeFile>(inode, flags | fs::open_write_only, pipe, writing));
    return PipePair{std::move(reader), std::move(writer)};
}

} // namespace kernel::ipc
