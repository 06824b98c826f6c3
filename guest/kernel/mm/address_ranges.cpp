#include "kernel/mm/address_ranges.hpp"

#include "kernel/mm/heap.hpp"

#include <iterator>

namespace kernel::mm {

const std::size_t AddressRanges::part_size = sizeof(Part);

AddressRanges::~AddressRanges()
{
    free_parts_.clear();
    parts_.clear_and_dispose([](Part* part) { kfree(part); });
}

Result<void> AddressRanges::set_up(u64 begin, u64 size)
{
    Part* const part = TRY(make_box<Part>(Part{begin, size, true, {}, {}}))
    .release();
    parts_.insert(*part);
    free_parts_.push_front(*part);
    return {};
}

Result<u64> AddressRanges::allocate(u64 size)
{
    for (Part& part : free_parts_) {
        if (part.size < size)
            continue;
        if (part.size > size) {
            Part* const rest = TRY(make_box<Part>(Part{part.begin + size, part.size - size, true, {}, {}}))
            .release();
            part.size = size;
            parts_.insert(*rest);
            free_parts_.insert(FreeParts::s_iterator_to(part), *rest);
        }
        part.free = false;
        free_parts_.erase(FreeParts::s_iterator_to(part));
        return part.begin;
    }
    return Errno::enomem;
}

u64 AddressRanges::size_at(u64 begin) const
{
    const auto part = parts_.find(begin);
    return part == parts_.end() || part->free ? 0 : part->size;
}

void AddressRanges::free(u64 begin)
{
    auto part = parts_.find(begin);
    part->free = true;
    free_parts_.push_front(*part);
    absorb_next(*part);
    if (part != parts_.begin())
        absorb_next(*std::prev(part));
}

/// Merges a part with the one behind it, if both are free.
void AddressRanges::absorb_next(Part& part)
{
    const auto next = std::next(Parts::s_iterator_to(part));
    if (!part.free || next == parts_.end() || !next->free)
        return;
    Part& absorbed = *next;
    part.size += absorbed.size;
    parts_.erase(next);
    free_parts_.erase(FreeParts::s_iterator_to(absorbed));
    kfree(&absorbed);
}

} // namespace kernel::mm
