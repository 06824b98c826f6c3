#include "kernel/fs/ram_file.hpp"

#include "arch/paging.hpp"
#include "kernel/mm/page_allocator.hpp"
#include "kernel/mm/shared_page.hpp"

#include <algorithm>

namespace kernel::fs {
namespace {

u64 pages_in(u64 size) { return size / page_size + ((size & page_mask) != 0 ? 1 : 0); }

} // namespace

RamFile::RamFile(u32 permissions, std::span<const std::byte> initial) : Inode{FileType::regular, permissions}
{
    if (!initial.empty())
        set_initial(initial);
}

void RamFile::set_initial(std::span<const std::byte> bytes)
{
    content_.with([&](Content& content) {
        if (content.size != 0)
            return;
        content.initial = bytes;
        content.size = bytes.size();
        if ((reinterpret_cast<u64>(bytes.data()) & page_mask) == 0)
            content.in_place = bytes.size() / page_size;
    });
    pages_.extend(pages_in(bytes.size()));
}

u64 RamFile::size() const
{
    return content_.with([](const Content& content) { return content.size; });
}

/// What was lent to be read is RAM like any other.
std::byte* RamFile::Content::page_in_place(u64 index) const
{
    return index < in_place ? const_cast<std::byte*>(initial.data()) + index * page_size : nullptr;
}

/// With io_ held.
RamFile::Run RamFile::run_at(u64 offset, u64 count)
{
    const u64 to_page_end = std::min(count, page_size - (offset & page_mask));
    const std::span<const std::byte> lying = content_.with([&](const Content& content) {
        if (offset >= content.in_place * page_size)
            return std::span<const std::byte>{};
        return content.initial.first(content.in_place * page_size).subspan(offset);
    });
    if (!lying.empty())
        return {lying.data(), std::min(count, lying.size())};
    if (const auto page = pages_.peek(offset / page_size))
        return {arch::direct_map<std::byte>(*page) + (offset & page_mask), to_page_end};
    return content_.with([&](const Content& content) -> Run {
        if (offset >= content.initial.size())
            return {nullptr, to_page_end};
        return {content.initial.data() + offset, std::min(to_page_end, content.initial.size() - offset)};
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

/// With io_ held, which keeps the page.
Result<std::byte*> RamFile::writable_page(u64 index)
{
    if (std::byte* const page = content_.with([&](const Content& content) { return content.page_in_place(index); }))
        return page;
    pages_.extend(index + 1);
    const PhysicalAddress page = TRY(pages_.get(index));
    mm::put_page(page);
    return arch::direct_map<std::byte>(page);
}

/// For the page cache.
Result<PhysicalAddress> RamFile::new_page(u64 index)
{
    const auto begins_with = content_.with([&](const Content& content) {
        const u64 begin = std::min(index * page_size, content.initial.size());
        return content.initial.subspan(begin, std::min(page_size, content.initial.size() - begin));
    });
    if (begins_with.empty())
        return mm::alloc_page(mm::Contents::zeroed);
    const PhysicalAddress page = TRY(mm::alloc_page());
    auto* const bytes = arch::direct_map<std::byte>(page);
    std::copy_n(begins_with.data(), begins_with.size(), bytes);
    __builtin_memset(bytes + begins_with.size(), 0, page_size - begins_with.size());
    return page;
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
        content_.with([&](Content& content) { content.size = std::max(content.size, position + part); });
    }
    return done;
}

Result<void> RamFile::truncate(u64 size)
{
    if (size > max_file_size)
        return Errno::efbig;
    const Mutex::Guard guard{io_};
    const bool shorter = size < this->size();
    // What is cut off reads as zeros if the file grows again: from the last page that stays, and all behind it.
    if (shorter && (size & page_mask) != 0) {
        std::byte* const last = TRY(writable_page(size / page_size));
        __builtin_memset(last + (size & page_mask), 0, page_size - (size & page_mask));
    }
    content_.with([&](Content& content) {
        content.size = size;
        content.in_place = std::min(content.in_place, pages_in(size));
        const u64 kept = std::max(size, content.in_place * page_size);
        content.initial = content.initial.first(std::min<u64>(content.initial.size(), kept));
    });
    pages_.resize(pages_in(size));
    if (shorter)
        unmap_everywhere(align_up(size, page_size), ~u64{0});
    return {};
}

Result<mm::SourcePage> RamFile::page_at(u64 offset)
{
    std::byte* const bytes = TRY(content_.with([&](const Content& content) -> Result<std::byte*> {
        if (offset >= content.size)
            return Errno::enxio;
        return content.page_in_place(offset / page_size);
    }));
    if (bytes == nullptr)
        return mm::SourcePage
        {
            TRY(pages_.get(offset / page_size))
            , true
        };
    const PhysicalAddress page = arch::physical_of_direct(bytes);
    mm::share_page(page);
    return mm::SourcePage{page, true};
}

u64 RamFile::pages_in_memory(u64 offset, std::span<PhysicalAddress> pages)
{
    const u64 first = offset / page_size;
    const auto [bytes, limit] = content_.with([&](const Content& content) {
        const u64 end = content.page_in_place(first) != nullptr ? content.in_place : pages_in(content.size);
        return std::pair{content.page_in_place(first), end > first ? std::min<u64>(end - first, pages.size()) : 0};
    });
    if (bytes == nullptr)
        return pages_.find_run(first, pages.first(limit));
    for (u64 index = 0; index < limit; ++index) {
        pages[index] = arch::physical_of_direct(bytes + index * page_size);
        mm::share_page(pages[index]);
    }
    return limit;
}

} // namespace kernel::fs
