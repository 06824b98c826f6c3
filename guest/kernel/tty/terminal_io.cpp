#include "arch/clock.hpp"
#include "kernel/tty/terminal.hpp"

#include <algorithm>

// read(2) and write(2) of terminals: how they wait.
namespace kernel::tty {
namespace {

constexpr u64 nanoseconds_per_tenth = 100'000'000; ///< TIME is in tenths of a second
constexpr u64 read_chunk = 128;
/// Written with the terminal locked, on a serial line at the speed of VM exits: not too much at once.
constexpr u64 write_chunk_size = 64;

/// Unlocks at the end of its life what is locked already.
class Unlock {
public:
    explicit Unlock(Mutex& mutex) : mutex_{mutex} {}
    ~Unlock() { mutex_.unlock(); }
    Unlock(const Unlock&) = delete;
    Unlock& operator=(const Unlock&) = delete;

private:
    Mutex& mutex_;
};

u64 deadline_in_tenths(u8 tenths) { return arch::monotonic_nanoseconds() + tenths * nanoseconds_per_tenth; }

} // namespace

/// How many bytes a read is content with, and how long it waits for the next: MIN and TIME.
struct Terminal::Patience {
    u64 minimum = 1;
    u64 deadline = sched::no_deadline;
    bool never_waits = false;
    u8 between_bytes = 0; ///< tenths of a second
};

Terminal::Patience Terminal::patience()
{
    const Termios settings = termios();
    if (settings.has_local(local::icanon))
        return {};
    const u8 minimum = settings[Special::min];
    const u8 tenths = settings[Special::time];
    if (minimum != 0)
        return {.minimum = minimum, .between_bytes = tenths};
    if (tenths == 0)
        return {.never_waits = true};
    return {.deadline = deadline_in_tenths(tenths)};
}

/// False: it does not come, but that is no error.
Result<bool> Terminal::wait_for_input(const Use& use, Patience& patience)
{
    if (is_hung_up(use) || patience.never_waits)
        return false;
    if (use.nonblocking)
        return Errno::eagain;
    const Wait how{.state = TaskState::interruptible, .deadline = patience.deadline};
    const WaitEnd end = readers_.wait(
        how, [&] { return is_hung_up(use) || state_.with([](State& state) { return state.lines.readable(); }); });
    if (end == WaitEnd::interrupted)
        return Errno::erestartsys;
    return end == WaitEnd::condition && !is_hung_up(use);
}

/// What is there, as far as it goes. True: the read is over.
Result<bool> Terminal::take_input(const Use& use, u64 count, u64& done, fs::Sink& sink)
{
    if (!reading_.lock_interruptible())
        return Errno::erestartsys;
    const Unlock unlock{reading_};
    char chunk[read_chunk];
    while (done < count && !is_hung_up(use)) {
        const std::size_t room = std::min(count - done, read_chunk);
        const auto taken = state_.with([&](State& state) { return state.lines.read({chunk, room}); });
        if (taken.count != 0) {
            driver_.input_wanted();
            TRY(sink.put(done, std::as_bytes(std::span{chunk, taken.count})));
            done += taken.count;
        }
        if (taken.line_over)
            return true;
        if (taken.count < room)
            return false;
    }
    return true;
}

Result<u64> Terminal::read(const Use& use, u64 count, fs::Sink& sink)
{
    Patience patience = this->patience();
    u64 done = 0;
    for (;;) {
        const u64 before = done;
        const auto over = take_input(use, count, done, sink);
        if (!over && done == 0)
            return over.error();
        if (!over || over.value() || done >= patience.minimum)
            return done;
        if (done != before && patience.between_bytes != 0)
            patience.deadline = deadline_in_tenths(patience.between_bytes);
        const auto more = wait_for_input(use, patience);
        if (!more && done == 0)
            return more.error();
        if (!more || !more.value())
            return done;
    }
}

/// Fewer than all: Errno::erestartsys, or not willing to wait.
Result<u64> Terminal::write_chunk(const Use& use, std::string_view chunk)
{
    u64 done = 0;
    for (;;) {
        if (is_hung_up(use))
            return Errno::eio;
        done += state_.with([&](State& state) { return state.write(chunk.substr(done)); });
        if (done == chunk.size())
            return done;
        if (state_.with([](State& state) { return state.can_write(); }))
            continue;
        if (use.nonblocking)
            return done != 0 ? Result<u64>{done} : Errno::eagain;
        const WaitEnd end = writers_.wait({.state = TaskState::interruptible}, [&] {
            return is_hung_up(use) || state_.with([](State& state) { return state.can_write(); });
        });
        if (end == WaitEnd::interrupted)
            return done != 0 ? Result<u64>{done} : Errno::erestartsys;
    }
}

Result<u64> Terminal::write(const Use& use, u64 count, fs::Source& source)
{
    if (use.nonblocking && !writing_.try_lock())
        return Errno::eagain;
    if (!use.nonblocking && !writing_.lock_interruptible())
        return Errno::erestartsys;
    const Unlock unlock{writing_};
    char chunk[write_chunk_size];
    u64 done = 0;
    while (done < count) {
        const u64 part = std::min(count - done, write_chunk_size);
        const auto got = source.get(done, std::as_writable_bytes(std::span{chunk, part}));
        const auto written = got ? write_chunk(use, {chunk, part}) : Result<u64>{got.error()};
        if (!written && done == 0)
            return written.error();
        if (!written)
            break;
        done += written.value();
        if (written.value() < part)
            break;
    }
    return done;
}

} // namespace kernel::tty
