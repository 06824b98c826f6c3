#include "kernel/fs/ram_file.hpp"

#include "arch/paging.hpp"
#include "kernel/mm/heap.hpp"
#include "kernel/mm/page_allocator.hpp"

#include <algorithm>

namespace kernel::fs {
namespace {

Result<std::byte*> new_page(mm::Contents contents)
{
    return arch::direct_map<std::byte>(TRY(mm::alloc_page(contents)));
}

} // namespace

RamFile::RamFile(u32 permissions, std::span<const std::byte> initial) : Inode{FileType::regular, permissions}
{
    set_initial(initial);
}

RamFile::~RamFile()
{
    content_.with([](Content& content) {
        for (u64 index = 0; index < content.capacity; ++index)
            if (content.pages[index] != nullptr)
                mm::free_page(arch::physical_of_direct(content.pages[index]));
        mm::kfree(content.pages);
    });
}

void RamFile::set_initial(std::span<const std::byte> bytes)
{
    content_.with([&](Content& content) {
        if (content.size != 0)
            return;
        content.initial = bytes;
        content.size = bytes.size();
    });
}

u64 RamFile::size() const
{
    return content_.with([](const Content& content) { return content.size; });
}

/// The page as it is in `initial`.
void RamFile::Content::copy_page(u64 index, std::byte* to) const
{
    const u64 begin = std::min(index * page_size, initial.size());
    const u64 count = std::min(page_size, initial.size() - begin);
    std::copy_n(initial.data() + begin, count, to);
    __builtin_memset(to + count, 0, page_size - count);
}

RamFile::Run RamFile::run_at(u64 offset, u64 count) const
{
    return content_.with([&](const Content& content) -> Run {
        const bool in_place = content.capacity == 0;
        const u64 to_page_end = page_size - (offset & page_mask);
        if (const std::byte* const page = content.page(offset / page_size))
            return {page + (offset & page_mask), std::min(count, to_page_end)};
        const u64 limit = in_place ? count : std::min(count, to_page_end);
        if (offset < content.initial.size())
            return {content.initial.data() + offset, std::min(limit, content.initial.size() - offset)};
        return {nullptr, limit};
    });
}

Result<u64> RamFile::read(u64 offset, u64 count, Sink& sink)
{
    const Mutex::Guard guard{io_};
    const u64 end = size();
    const u64 wanted = offset < end ? std::min(count, end - offset) : 0;
    u64 done = 0;
    while (done < wanted) {
        const Run run = run_at(offset + done, wanted - done);
        const auto put = run.bytes != nullptr ? sink.put(done, {run.bytes, run.size}) : sink.put_zeros(done, run.size);
        if (!put && done == 0)
            return put.error();
        if (!put)
            break;
        done += run.size;
    }
    return done;
}

Result<void> RamFile::grow(u64 pages)
{
    const u64 old_capacity = content_.with([](const Content& content) { return content.capacity; });
    if (pages <= old_capacity)
        return {};
    const u64 capacity = std::max(pages, 2 * old_capacity);
    u64 bytes = 0;
    if (__builtin_mul_overflow(capacity, sizeof(std::byte*), &bytes))
        return Errno::efbig;
    auto** const larger = static_cast<std::byte**>(mm::kmalloc(bytes));
    if (larger == nullptr)
        return Errno::enospc;
    std::byte** const old = content_.with([&](Content& content) {
        std::copy_n(content.pages, content.capacity, larger);
        std::fill_n(larger + content.capacity, capacity - content.capacity, nullptr);
        content.capacity = capacity;
        return std::exchange(content.pages, larger);
    });
    mm::kfree(old);
    return {};
}

/// With io_ held.
Result<std::byte*> RamFile::writable_page(u64 index)
{
    if (std::byte* const page = content_.with([&](const Content& content) { return content.page(index); }))
        return page;
    TRY(grow(index + 1));
    std::byte* const page = TRY(new_page(mm::Contents::any));
    content_.with([&](Content& content) {
        content.copy_page(index, page);
        content.pages[index] = page;
    });
    return page;
}

void RamFile::extend(u64 size)
{
    content_.with([&](Content& content) { content.size = std::max(content.size, size); });
}

Result<u64> RamFile::write(u64 offset, u64 count, Source& source)
{
    if (count != 0 && offset >= max_file_size)
        return Errno::efbig;
    const Mutex::Guard guard{io_};
    const u64 wanted = std::min(count, max_file_size - offset);
    u64 done = 0;
    while (done < wanted) {
        const u64 position = offset + done;
        const u64 part = std::min(wanted - done, page_size - (position & page_mask));
        const auto page = writable_page(position / page_size);
        const auto got =
            page ? source.get(done, {page.value() + (position & page_mask), part}) : Result<void>{page.error()};
        if (!got && done == 0)
            return got.error();
        if (!got)
            break;
        done += part;
        extend(position + part);
    }
    return done;
}

Result<void> RamFile::truncate(u64 size)
{
    if (size > max_file_size)
        return Errno::efbig;
    const Mutex::Guard guard{io_};
    // What is cut off reads as zeros if the file grows again: from the last page that stays, and all behind it.
    if ((size & page_mask) != 0 && size < this->size()) {
        std::byte* const last = TRY(writable_page(size / page_size));
        __builtin_memset(last + (size & page_mask), 0, page_size - (size & page_mask));
    }
    content_.with([&](Content& content) {
        content.initial = content.initial.first(std::min<u64>(content.initial.size(), size));
        content.size = size;
        for (u64 index = align_up(size, page_size) / page_size; index < content.capacity; ++index)
            if (std::byte* const page = std::exchange(content.pages[index], nullptr))
                mm::free_page(arch::physical_of_direct(page));
    });
    return {};
}

Result<mm::SourcePage> RamFile::page_at(u64 offset)
{
    using Borrowed = Result<mm::SourcePage>;
    const auto in_place = content_.with([&](const Content& content) -> Borrowed {
        if (offset >= content.size)
            return Errno::enxio;
        const bool whole = offset + page_size <= content.initial.size() && content.page(offset / page_size) == nullptr;
        const std::byte* const bytes = content.initial.data() + offset;
        if (!whole || (reinterpret_cast<u64>(bytes) & page_mask) != 0)
            return Errno::eagain; // a copy is needed
        return mm::SourcePage{arch::physical_of_direct(bytes), true};
    });
    if (in_place || in_place.error() != Errno::eagain)
        return in_place ? Borrowed{in_place.value()} : Borrowed{in_place.error()};

    std::byte* const copy = TRY(new_page(mm::Contents::any));
    content_.with([&](const Content& content) {
        if (const std::byte* const page = content.page(offset / page_size))
            __builtin_memcpy(copy, page, page_size);
        else
            content.copy_page(offset / page_size, copy);
    });
    return mm::SourcePage{arch::physical_of_direct(copy), false};
}

} // namespace kernel::fs
