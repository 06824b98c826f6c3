#include "kernel/ipc/pipe.hpp"

#include "kernel/ipc/broken_pipe.hpp"

#include <algorithm>
#include <bit>

namespace kernel::ipc {
namespace {

constexpr Wait interruptibly{.state = TaskState::interruptible};

} // namespace

Result<Ref<Pipe>> Pipe::create()
{
    auto pipe = TRY(make_ref<Pipe>());
    TRY(pipe->ring_.with([](PipeRing& ring) { return ring.set_capacity(PipeRing::default_capacity); }));
    pipe->capacity_.store(PipeRing::default_capacity, Order::relaxed);
    return pipe;
}

void Pipe::wake_readers()
{
    if (reading_.has_waiters())
        reading_.wake_up_all(fs::poll::readable);
}

void Pipe::wake_writers()
{
    if (writing_.has_waiters())
        writing_.wake_up_all(fs::poll::writable);
}

void Pipe::wake_after(u32 used_before)
{
    if (used_before == 0 && !is_empty())
        wake_readers();
    if (used_before >= capacity_.load(Order::relaxed) && !is_full())
        wake_writers();
}

void Pipe::open(PipeEnds ends)
{
    if (ends.read) {
        readers_.fetch_add(1, Order::seq_cst);
        readers_ever_.fetch_add(1, Order::seq_cst);
        writing_.wake_up_all(fs::poll::writable);
    }
    if (ends.write) {
        writers_.fetch_add(1, Order::seq_cst);
        writers_ever_.fetch_add(1, Order::seq_cst);
        reading_.wake_up_all(fs::poll::readable);
    }
}

void Pipe::close(PipeEnds ends)
{
    if (ends.read)
        readers_.fetch_sub(1, Order::seq_cst);
    if (ends.write)
        writers_.fetch_sub(1, Order::seq_cst);
    ring_.with([&](PipeRing& ring) {
        if (readers() == 0 && writers() == 0) { // a FIFO: what nobody has read is gone
            ring.drop(~u64{0});
            used_.store(0, Order::seq_cst);
        }
    });
    // Whichever end is the last: those at the other have nobody to wait for.
    reading_.wake_up_all(fs::poll::readable | fs::poll::err | fs::poll::hup);
    writing_.wake_up_all(fs::poll::writable | fs::poll::err | fs::poll::hup);
}

Result<void> Pipe::wait_for_bytes()
{
    const WaitEnd end = reading_.wait(interruptibly, [&] { return !is_empty() || writers() == 0; });
    return end == WaitEnd::interrupted ? Result<void>{Errno::erestartsys} : Result<void>{};
}

Result<void> Pipe::wait_for_room()
{
    const WaitEnd end = writing_.wait(interruptibly, [&] { return !is_full() || readers() == 0; });
    return end == WaitEnd::interrupted ? Result<void>{Errno::erestartsys} : Result<void>{};
}

Result<u64> Pipe::read(u64 count, fs::Sink& sink, bool nonblocking)
{
    if (count == 0)
        return u64{0};
    for (;;) {
        const bool ended = writers() == 0; // before the look: what the last writer wrote is there then
        if (!is_empty()) {
            const auto done = with_ring([&](PipeRing& ring) { return ring.read(sink, 0, count); });
            if (!done || done.value() != 0)
                return done ? Result<u64>{done.value()} : done.error();
        }
        if (ended)
            return u64{0};
        if (nonblocking)
            return Errno::eagain;
        TRY(wait_for_bytes());
    }
}

Result<u64> Pipe::write(u64 count, fs::Source& source, bool nonblocking, bool packet)
{
    u64 done = 0;
    while (done < count) {
        if (readers() == 0)
            return done != 0 ? Result<u64>{done} : broken_pipe();
        bool was_empty = false;
        const auto part = with_ring([&](PipeRing& ring) {
            was_empty = ring.empty();
            return ring.write(source, done, count - done, packet);
        });
        if (!part)
            return done != 0 ? Result<u64>{done} : part.error();
        done += part.value();
        if (part.value() != 0 && !was_empty && polled_.load(Order::relaxed))
            wake_readers();
        if (done == count)
            break;
        if (nonblocking)
            return done != 0 ? Result<u64>{done} : Errno::eagain;
        const auto waited = wait_for_room();
        if (!waited)
            return done != 0 ? Result<u64>{done} : waited.error();
    }
    return done;
}

fs::PollEvents Pipe::poll(fs::PollTable* table, PipeEnds ends, u32 writers_at_open)
{
    if (table != nullptr) {
        polled_.store(true, Order::relaxed);
        if (ends.read)
            table->wait_on(reading_);
        if (ends.write)
            table->wait_on(writing_);
    }
    fs::PollEvents events;
    if (ends.read && !is_empty())
        events |= fs::poll::readable;
    if (ends.read && writers() == 0 && writers_ever() != writers_at_open)
        events |= fs::poll::hup;
    if (ends.write && !is_full())
        events |= fs::poll::writable;
    if (ends.write && readers() == 0)
        events |= fs::poll::err;
    return events;
}

u64 Pipe::bytes()
{
    return ring_.with([](const PipeRing& ring) { return ring.bytes(); });
}

Result<u64> Pipe::set_size(u64 size)
{
    if (size > u64{1} << 31)
        return Errno::einval;
    const u64 rounded = std::bit_ceil(std::max(size, page_size));
    if (rounded > max_size && rounded > this->size())
        return Errno::eperm;
    TRY(with_ring([&](PipeRing& ring) -> Result<void> {
        TRY(ring.set_capacity(static_cast<u32>(rounded / page_size)));
        capacity_.store(ring.capacity(), Order::relaxed);
        return {};
    }));
    wake_writers();
    return rounded;
}

} // namespace kernel::ipc
