#include "kernel/test/troupe.hpp"

#include "arch/clock.hpp"

namespace kernel::test {

void Troupe::play(void* contract)
{
    const Contract own = *static_cast<const Contract*>(contract);
    own.part(*own.troupe);
    own.troupe->gone_.increment(); // the last access
}

Task* Troupe::hire(std::string_view name, Part part, const sched::Parameters& parameters, CpuMask cpus)
{
    if (!check(hired_ < most, "the troupe is full"))
        return nullptr;
    contracts_[hired_] = {this, part};
    const auto task = sched::create_task(name, play, &contracts_[hired_], cpus);
    if (!check(static_cast<bool>(task), "no memory for a task"))
        return nullptr;
    ++hired_;
    const bool fits = check(static_cast<bool>(sched::set_parameters(*task.value(), parameters)), "parameters refused");
    sched::wake(*task.value());
    return fits ? task.value() : nullptr;
}

void Troupe::end()
{
    over_.set(1);
    while (gone_.get() != hired_)
        sleep_for(20 * sched::millisecond);
}

void spin(Troupe& troupe)
{
    while (troupe.goes_on())
        arch::relax();
}

void nap(Troupe& troupe)
{
    while (troupe.goes_on()) {
        work(2 * sched::millisecond);
        sleep_for(3 * sched::millisecond);
    }
}

void work(u64 nanoseconds)
{
    Task& self = Task::current();
    const u64 end = sched::runtime_of(self) + nanoseconds;
    while (sched::runtime_of(self) < end)
        arch::relax();
}

void sleep_for(u64 nanoseconds) { sched::sleep_until(arch::monotonic_nanoseconds() + nanoseconds); }

} // namespace kernel::test
