#include "kernel/mm/zero_page.hpp"

#include "kernel/mm/page_allocator.hpp"
#include "kernel/mm/shared_page.hpp"

namespace kernel::mm {
namespace {

constinit u64 address = 0; ///< 0: not made yet. Release by who made it, acquire by who uses it

} // namespace

Result<PhysicalAddress> zero_page()
{
    if (const u64 made = __atomic_load_n(&address, __ATOMIC_ACQUIRE); made != 0) {
        share_page({made});
        return PhysicalAddress{made};
    }
    const PhysicalAddress fresh = TRY(alloc_page(Contents::zeroed));
    u64 none = 0;
    if (!__atomic_compare_exchange_n(&address, &none, fresh.value, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
        free_page(fresh); // another was faster
        share_page({none});
        return PhysicalAddress{none};
    }
    share_page(fresh);
    return fresh;
}

bool is_zero_page(PhysicalAddress page)
{
    return page.value != 0 && page.value == __atomic_load_n(&address, __ATOMIC_RELAXED);
}

} // namespace kernel::mm
