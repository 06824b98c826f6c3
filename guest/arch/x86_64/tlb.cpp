// TLB shoot-down. One CPU at a time asks all others, by interrupt, to flush a range, and waits until they have. Whoever
// waits to become that CPU serves the one who is, so that two that ask each other with interrupts masked do not wait
// for ever.
#include "arch/cpu.hpp"
#include "arch/interrupts.hpp"
#include "arch/paging.hpp"
#include "arch/x86_64/registers.hpp"
#include "arch/x86_64/smp.hpp"

namespace arch {
namespace {

struct Request {
    u64 begin = 0;
    u64 end = 0;
};

constinit Request request; ///< the asking CPU's; ordered by `pending`
constinit u32 pending = 0; ///< a bit for each CPU that has not flushed; released by the asking CPU, then by each other
constinit bool asking = false; ///< a lock: there is an asking CPU

void flush_here(const Request& range)
{
    // From some size on it is cheaper to lose everything but the kernel's global pages.
    constexpr u64 most_single_pages = 32 * kernel::page_size;
    if (range.end - range.begin > most_single_pages && range.end <= vitrine::abi::user_end)
        return write_cr3(read_cr3());
    for (u64 page = range.begin; page < range.end; page += kernel::page_size)
        forget_page({page});
}

} // namespace

void serve_tlb_flush()
{
    const u32 self = 1U << cpu_id();
    if ((__atomic_load_n(&pending, __ATOMIC_ACQUIRE) & self) == 0)
        return;
    flush_here(request);
    __atomic_fetch_and(&pending, ~self, __ATOMIC_RELEASE);
}

void flush_tlb(kernel::VirtualAddress address, u64 size)
{
    const InterruptsOff off;
    const Request range{address.page().value, kernel::align_up(address.value + size, kernel::page_size)};
    flush_here(range);
    const u32 others = online_cpus() & ~(1U << cpu_id());
    if (others == 0)
        return;
    while (__atomic_test_and_set(&asking, __ATOMIC_ACQUIRE)) {
        serve_tlb_flush();
        relax();
    }
    request = range;
    __atomic_store_n(&pending, others, __ATOMIC_RELEASE);
    send_to_cpus(others, flush_tlb_vector);
    while (__atomic_load_n(&pending, __ATOMIC_ACQUIRE) != 0)
        relax();
    __atomic_clear(&asking, __ATOMIC_RELEASE);
}

} // namespace arch
