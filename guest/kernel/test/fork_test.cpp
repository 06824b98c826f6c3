// An address space is duplicated while tasks of its process write to it on all CPUs: none of them may still write to
// what the duplicate has.
#include "arch/user_access.hpp"
#include "kernel/proc/process.hpp"
#include "kernel/test/crew.hpp"
#include "kernel/test/kernel_test.hpp"

namespace kernel::test {
namespace {

constexpr u32 rounds = 8;
constexpr VirtualAddress memory{0x10'0000};
constexpr Pid parent_pid = 4242;
constexpr Pid child_pid = 4243;

struct Family {
    Ref<Process> parent;
    Counter stop;
    Counter writes;
};

void write_until_stopped(void* argument)
{
    Family& family = *static_cast<Family*>(argument);
    Process::join(family.parent);
    for (u64 value = 1; family.stop.get() == 0; ++value) {
        static_cast<void>(arch::copy_to_user(memory, std::as_bytes(std::span{&value, 1})));
        family.writes.increment();
        sched::yield();
    }
    Process::leave();
}

u64 value_in_memory()
{
    u64 value = ~u64{0};
    static_cast<void>(arch::copy_from_user(std::as_writable_bytes(std::span{&value, 1}), memory));
    return value;
}

/// Whether the child's memory stays as it is while the parent's tasks go on.
bool child_is_left_alone(Family& family)
{
    auto space = family.parent->address_space().duplicate();
    if (!check(static_cast<bool>(space), "no memory for a duplicate"))
        return false;
    auto child = make_ref<Process>(child_pid, space.release(), Ref<fs::Context>{}, Ref<fs::OpenFiles>{});
    if (!check(static_cast<bool>(child), "no memory for a process"))
        return false;
    Process::join(child.release());
    const u64 before = value_in_memory();
    const u32 writes = family.writes.get();
    eventually([&] { return family.writes.get() >= writes + 4 * arch::online_cpu_count(); });
    const u64 after = value_in_memory();
    Process::leave();
    return check(before == after, "the parent has written to the child's memory");
}

Result<Ref<Process>> make_parent()
{
    auto space = TRY(mm::AddressSpace::create());
    TRY(space->map_anonymous(memory, page_size, {.read = true, .write = true}, mm::Placement::fixed));
    return make_ref<Process>(parent_pid, std::move(space), Ref<fs::Context>{}, Ref<fs::OpenFiles>{});
}

bool duplicates_are_left_alone()
{
    auto parent = make_parent();
    if (!check(static_cast<bool>(parent), "no memory for a process"))
        return false;
    Family family{parent.release(), {}, {}};
    Crew crew;
    bool right = crew.start_on_all(write_until_stopped, &family);
    for (u32 round = 0; round < rounds && right; ++round)
        right = child_is_left_alone(family);
    family.stop.set(1);
    crew.wait();
    return right;
}

} // namespace

KERNEL_TEST(fork, duplicates_are_left_alone);

} // namespace kernel::test
