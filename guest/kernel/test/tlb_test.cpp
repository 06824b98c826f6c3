// TLB shoot-down: tasks of one process on all CPUs, each of which must see at once when a page is replaced.
#include "arch/user_access.hpp"
#include "kernel/proc/process.hpp"
#include "kernel/test/crew.hpp"
#include "kernel/test/kernel_test.hpp"

#include <algorithm>

namespace kernel::test {
namespace {

constexpr u64 rounds = 6;
constexpr u64 pages = 34; ///< more than are flushed one by one
constexpr VirtualAddress memory{0x10'0000};

struct SharedMemory {
    Ref<Process> process;
    Counter begun; ///< rounds for which the pages have been replaced
    Counter seen;  ///< looks at them
    Counter wrong;
};

u64 content(u64 round, u64 page) { return round << 32 | page; }

bool page_holds(u64 page, u64 expected)
{
    u64 value = 0;
    const auto read = arch::copy_from_user(std::as_writable_bytes(std::span{&value, 1}), memory + page * page_size);
    return read && value == expected;
}

void watch_pages(void* argument)
{
    SharedMemory& shared = *static_cast<SharedMemory*>(argument);
    Process::join(shared.process);
    for (u64 round = 1; round <= rounds; ++round) {
        eventually([&] { return shared.begun.get() >= round; });
        for (u64 page = 0; page < pages; ++page)
            if (!page_holds(page, content(round, page)))
                shared.wrong.increment();
        shared.seen.increment();
    }
    static_cast<void>(Process::leave());
}

bool replace_pages(SharedMemory& shared, u64 round)
{
    const u64 some = round % 2 == 0 ? pages : 1; // both ways of flushing
    if (!shared.process->address_space().discard(memory, some * page_size))
        return false;
    for (u64 page = 0; page < pages; ++page) {
        const u64 value = content(round, page);
        if (!arch::copy_to_user(memory + page * page_size, std::as_bytes(std::span{&value, 1})))
            return false;
    }
    return true;
}

bool run_rounds(SharedMemory& shared, u32 watchers)
{
    for (u64 round = 1; round <= rounds; ++round) {
        if (!check(replace_pages(shared, round), "pages cannot be replaced"))
            return false;
        shared.begun.set(static_cast<u32>(round));
        eventually([&] { return shared.seen.get() == round * watchers; });
    }
    return true;
}

Result<Ref<Process>> make_process()
{
    auto space = TRY(mm::AddressSpace::create());
    TRY(space->map_anonymous(memory, pages * page_size, {.read = true, .write = true}, mm::Placement::fixed));
    return make_ref<Process>(Pid{4242}, std::move(space), Ref<fs::Context>{}, Ref<fs::OpenFiles>{});
}

bool replaced_pages_are_seen_by_all_cpus()
{
    auto process = make_process();
    if (!check(static_cast<bool>(process), "no memory for a process"))
        return false;
    SharedMemory shared{process.release(), {}, {}, {}};
    bool done = false;
    {
        Crew crew;
        Process::join(shared.process);
        crew.start_on_all(watch_pages, &shared);
        done = run_rounds(shared, arch::online_cpu_count());
        shared.begun.set(rounds);
    }
    static_cast<void>(Process::leave());
    return done && check(shared.wrong.get() == 0, "a CPU saw a page that had been replaced");
}

} // namespace

KERNEL_TEST(tlb, replaced_pages_are_seen_by_all_cpus);

} // namespace kernel::test
