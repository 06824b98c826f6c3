#include "kernel/ipc/pipe_ring.hpp"

#include "arch/paging.hpp"
#include "kernel/mm/page_allocator.hpp"

#include <algorithm>
#include <utility>

namespace kernel::ipc {

PipeRing::~PipeRing()
{
    while (used_ != 0)
        pop();
    if (spare_ != nullptr)
        mm::free_page(arch::physical_of_direct(spare_));
    mm::kfree(buffers_);
}

Result<void> PipeRing::set_capacity(u32 buffers)
{
    if (used_ > buffers)
        return Errno::ebusy;
    auto* const fresh = static_cast<Buffer*>(mm::kmalloc(buffers * sizeof(Buffer)));
    if (fresh == nullptr)
        return Errno::enomem;
    for (u32 i = 0; i < used_; ++i)
        fresh[i] = buffer(i);
    mm::kfree(buffers_);
    buffers_ = fresh;
    capacity_ = buffers;
    first_ = 0;
    return {};
}

u64 PipeRing::bytes() const
{
    u64 sum = 0;
    for (u32 i = 0; i < used_; ++i)
        sum += buffer(i).size;
    return sum;
}

Result<std::byte*> PipeRing::new_page()
{
    if (spare_ != nullptr)
        return std::exchange(spare_, nullptr);
    return arch::direct_map<std::byte>(TRY(mm::alloc_page()));
}

void PipeRing::free_page(std::byte* page)
{
    if (spare_ == nullptr)
        spare_ = page;
    else
        mm::free_page(arch::physical_of_direct(page));
}

void PipeRing::pop()
{
    free_page(buffer(0).page);
    ++first_;
    --used_;
}

/// One buffer's worth, into a new one.
Result<u64> PipeRing::append(fs::Source& source, u64 at, u64 count, bool packet)
{
    const u64 part = std::min(count, page_size);
    std::byte* const page = TRY(new_page());
    const auto got = source.get(at, {page, part});
    if (!got) {
        free_page(page);
        return got.error();
    }
    buffer(used_) = {page, 0, static_cast<u32>(part), packet};
    ++used_;
    return part;
}

Result<u64> PipeRing::write(fs::Source& source, u64 at, u64 count, bool packet)
{
    u64 done = 0;
    const u64 odd = count & page_mask;
    if (odd != 0 && used_ != 0 && !packet) { // the pages that follow are whole ones
        Buffer& last = buffer(used_ - 1);
        const u64 end = u64{last.begin} + last.size;
        if (!last.packet && end + odd <= page_size) {
            TRY(source.get(at, {last.page + end, odd}));
            last.size += static_cast<u32>(odd);
            done = odd;
        }
    }
    while (done < count && !full()) {
        const auto part = append(source, at + done, count - done, packet);
        if (!part && done == 0)
            return part.error();
        if (!part)
            break;
        done += part.value();
    }
    return done;
}

Result<u64> PipeRing::read(fs::Sink& sink, u64 at, u64 count)
{
    u64 done = 0;
    while (done < count && used_ != 0) {
        Buffer& first = buffer(0);
        const u32 part = static_cast<u32>(std::min<u64>(count - done, first.size));
        const auto put = sink.put(at + done, {first.page + first.begin, part});
        if (!put && done == 0)
            return put.error();
        if (!put)
            break;
        done += part;
        first.begin += part;
        first.size -= part;
        const bool packet = first.packet;
        if (packet || first.size == 0)
            pop();
        if (packet)
            break;
    }
    return done;
}

Result<u64> PipeRing::peek(fs::Sink& sink, u64 from, u64 count) const
{
    u64 done = 0;
    for (u32 i = 0; i < used_ && done < count; ++i) {
        const Buffer& next = buffer(i);
        if (from >= next.size) {
            from -= next.size;
            continue;
        }
        const u64 part = std::min<u64>(count - done, next.size - from);
        TRY(sink.put(done, {next.page + next.begin + from, part}));
        done += part;
        from = 0;
    }
    return done;
}

void PipeRing::drop(u64 count)
{
    while (count != 0 && used_ != 0) {
        Buffer& first = buffer(0);
        const u32 part = static_cast<u32>(std::min<u64>(count, first.size));
        first.begin += part;
        first.size -= part;
        count -= part;
        if (first.size == 0)
            pop();
    }
}

} // namespace kernel::ipc
