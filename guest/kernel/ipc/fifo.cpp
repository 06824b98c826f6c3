#include "kernel/ipc/fifo.hpp"

namespace kernel::ipc {
namespace {

/// Until somebody has opened the other end since.
Result<void> wait_for_partner(Pipe& pipe, PipeEnds mine)
{
    constexpr Wait interruptibly{.state = TaskState::interruptible};
    const auto wait = [&](WaitQueue& queue, auto ever) {
        const u32 before = ever();
        return queue.wait(interruptibly, [&] { return ever() != before; });
    };
    const WaitEnd end = mine.read ? wait(pipe.reading(), [&] { return pipe.writers_ever(); })
                                  : wait(pipe.writing(), [&] { return pipe.readers_ever(); });
    return end == WaitEnd::interrupted ? Result<void>{Errno::erestartsys} : Result<void>{};
}

} // namespace

Result<Ref<fs::File>> Fifo::open(Ref<fs::Inode> inode, u32 flags)
{
    const auto pipe = TRY(pipe_.with([](Ref<Pipe>& made) -> Result<Ref<Pipe>> {
        if (!made)
            made = TRY(Pipe::create());
        return made;
    }));
    const u32 access = flags & fs::open_access_mode;
    const PipeEnds ends{.read = access != fs::open_write_only, .write = access != fs::open_read_only};
    const bool nonblocking = (flags & fs::open_nonblocking) != 0;
    if (!ends.read && nonblocking && pipe->readers() == 0)
        return Errno::enxio;

    // A reader that has not waited for a writer is not told that there is none, until there has been one.
    const u32 writers_before = pipe->writers_ever();
    const bool alone = ends.read ? !ends.write && pipe->writers() == 0 : pipe->readers() == 0;
    auto file = TRY(make_ref<PipeFile>(std::move(inode), flags, pipe, ends, alone ? writers_before : ~writers_before));
    if (alone && !nonblocking)
        TRY(wait_for_partner(*pipe, ends));
    return Ref<fs::File>{std::move(file)};
}

} // namespace kernel::ipc
