#pragma once

#include "kernel/mm/page_cache.hpp"
#include "kernel/mm/page_source.hpp"

namespace kernel::mm {

/// Memory that several processes map, zero at first, of a fixed size: MAP_SHARED without a file. It goes with the last
/// mapping.
class SharedMemory final : public PageSource, private PageBacking {
public:
    explicit SharedMemory(u64 size) { pages_.extend(align_up(size, page_size) / page_size); }

    Result<SourcePage> page_at(u64 offset) override;
    u64 pages_in_memory(u64 offset, std::span<PhysicalAddress> pages) override;
    bool can_be_shared() const override { return true; }

private:
    Result<PhysicalAddress> new_page(u64 index) override;

    PageCache pages_{*this};
};

} // namespace kernel::mm
