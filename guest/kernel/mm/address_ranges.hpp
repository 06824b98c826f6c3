#pragma once

#include "lib/intrusive.hpp"
#include "lib/result.hpp"
#include "lib/types.hpp"

namespace kernel::mm {

/// Gives out parts of a range of virtual addresses, and takes them back. Freed neighbours merge, and freed parts are
/// reused before fresh ones, so that the page tables above them stay few. Not locked.
class AddressRanges {
public:
    AddressRanges() = default;
    AddressRanges(const AddressRanges&) = delete;
    AddressRanges& operator=(const AddressRanges&) = delete;
    ~AddressRanges();

    /// Once, before anything else. ENOMEM.
    Result<void> set_up(u64 begin, u64 size);

    /// What it takes to know them: objects of `part_size`.
    std::size_t part_count() const { return parts_.size(); }
    static const std::size_t part_size;

    /// ENOMEM.
    Result<u64> allocate(u64 size);
    /// The size of what was allocated at `begin`; 0 when nothing was.
    u64 size_at(u64 begin) const;
    /// Of something allocated at `begin`.
    void free(u64 begin);

private:
    struct Part {
        u64 begin;
        u64 size;
        bool free;
        TreeHook by_address;
        ListHook free_hook;
    };
    struct BeginOf {
        using type = u64;
        const u64& operator()(const Part& part) const { return part.begin; }
    };
    using Parts = Tree<Part, &Part::by_address, BeginOf>;
    using FreeParts = List<Part, &Part::free_hook>;

    void absorb_next(Part& part);

    Parts parts_;          ///< all of the range, in order
    FreeParts free_parts_; ///< what was freed last in front
};

} // namespace kernel::mm
