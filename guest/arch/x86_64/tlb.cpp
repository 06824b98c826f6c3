// TLB shoot-down. One CPU at a time asks others, by interrupt, to flush a range, and waits until they have. Whoever
// waits to become that CPU serves the one who is, so that two that ask each other with interrupts masked do not wait
// for ever. It has a vector of its own beside the calls of functions, for those may not be made with interrupts masked.
#include "arch/cpu.hpp"
#include "arch/interrupts.hpp"
#include "arch/paging.hpp"
#include "arch/user_half.hpp"
#include "arch/x86_64/privilege.hpp"
#include "arch/x86_64/registers.hpp"
#include "arch/x86_64/root.hpp"
#include "arch/x86_64/smp.hpp"

#include <array>
#include <utility>

namespace arch {
namespace {

struct Request {
    u64 begin = 0;
    u64 end = 0;
    const UserHalf* half = nullptr; ///< whose; null: the kernel's
};

constinit Request request; ///< the asking CPU's; ordered by `pending`
constinit u32 pending = 0; ///< a bit for each CPU that has not flushed; released by the asking CPU, then by each other
constinit bool asking = false; ///< a lock: there is an asking CPU

/// What a CPU has loaded; touched by that CPU only, interrupts masked.
struct alignas(64) Loaded {
    UserHalf* half = nullptr; ///< null: the kernel's own tables
    bool lazy = false;        ///< it runs a kernel thread
};
constinit std::array<Loaded, max_cpus> loaded_by{};

u32 bit_of_this_cpu() { return 1U << cpu_id(); }

void flush_range(u64 begin, u64 end)
{
    // From some size on it is cheaper to lose everything but the kernel's global pages. In ring 3 there are no global
    // pages, each single one takes a call of the monitor, and a return to user mode loses everything anyway.
    const u64 most_single_pages = (kernel_in_ring3 ? 1 : 32) * kernel::page_size;
    if (end - begin > most_single_pages && (kernel_in_ring3 || end <= vitrine::abi::user_end))
        return reload_root();
    for (u64 page = begin; page < end; page += kernel::page_size)
        forget_page({page});
}

void flush_here(const Request& range)
{
    const Loaded& loaded = loaded_by[cpu_id()];
    if (range.half != nullptr && loaded.half != range.half)
        return; // it has gone on to another, and forgotten this one in doing so
    if (range.half != nullptr && loaded.lazy)
        leave_user_half();
    else
        flush_range(range.begin, range.end);
}

/// A CPU that is parked meanwhile forgets everything.
void wait_until_flushed()
{
    while ((__atomic_load_n(&pending, __ATOMIC_ACQUIRE) & online_cpus()) != 0)
        relax();
}

/// Interrupts masked.
void flush_on(u32 cpus, const Request& range)
{
    while (__atomic_test_and_set(&asking, __ATOMIC_ACQUIRE)) {
        serve_tlb_flush();
        relax();
    }
    request = range;
    __atomic_store_n(&pending, cpus, __ATOMIC_RELEASE);
    send_to_cpus(cpus, flush_tlb_vector);
    wait_until_flushed();
    __atomic_store_n(&pending, 0, __ATOMIC_RELAXED);
    __atomic_clear(&asking, __ATOMIC_RELEASE);
}

Request request_for(kernel::VirtualAddress address, u64 size, const UserHalf* half)
{
    return {address.page().value, kernel::align_up(address.value + size, kernel::page_size), half};
}

} // namespace

void serve_tlb_flush()
{
    const u32 self = bit_of_this_cpu();
    if ((__atomic_load_n(&pending, __ATOMIC_ACQUIRE) & self) == 0)
        return;
    flush_here(request);
    __atomic_fetch_and(&pending, ~self, __ATOMIC_RELEASE);
}

void flush_tlb(kernel::VirtualAddress address, u64 size)
{
    const InterruptsOff off;
    const Request range = request_for(address, size, nullptr);
    flush_here(range);
    if (const u32 others = online_cpus() & ~bit_of_this_cpu(); others != 0)
        flush_on(others, range);
}

void flush_user_tlb(UserHalf& half, kernel::VirtualAddress address, u64 size)
{
    const InterruptsOff off;
    const Request range = request_for(address, size, &half);
    flush_here(range);
    // The tables were changed before this look. A CPU that is not seen here sets its bit later, and then loads tables
    // that have changed.
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    if (const u32 others = __atomic_load_n(&half.cpus, __ATOMIC_RELAXED) & ~bit_of_this_cpu(); others != 0)
        flush_on(others, range);
}

void retire_user_half(UserHalf& half)
{
    if (__atomic_load_n(&half.cpus, __ATOMIC_ACQUIRE) != 0) // acquire: with the release of the last that left
        flush_user_tlb(half, {0}, vitrine::abi::user_end);
}

void load_user_half(UserHalf& half)
{
    Loaded& loaded = loaded_by[cpu_id()];
    loaded.lazy = false;
    if (loaded.half == &half)
        return;
    __atomic_fetch_or(&half.cpus, bit_of_this_cpu(), __ATOMIC_SEQ_CST); // before the load; see flush_user_tlb
    half.tables.activate();
    if (UserHalf* const before = std::exchange(loaded.half, &half); before != nullptr)
        __atomic_fetch_and(&before->cpus, ~bit_of_this_cpu(), __ATOMIC_RELEASE);
}

void keep_user_half() { loaded_by[cpu_id()].lazy = true; }

void leave_user_half()
{
    PageTables::kernel().activate();
    if (UserHalf* const before = std::exchange(loaded_by[cpu_id()].half, nullptr); before != nullptr)
        __atomic_fetch_and(&before->cpus, ~bit_of_this_cpu(), __ATOMIC_RELEASE);
}

} // namespace arch
