#pragma once

#include "kernel/sched/parameters.hpp"
#include "kernel/sched/schedule.hpp"
#include "kernel/test/support.hpp"

namespace kernel::test {

/// Tasks that act together until the curtain falls.
class Troupe {
public:
    using Part = void (*)(Troupe&);

    Troupe() = default;
    Troupe(const Troupe&) = delete;
    Troupe& operator=(const Troupe&) = delete;
    /// Ends the play, and waits until all have gone.
    ~Troupe() { end(); }

    /// A task of its own that plays `part`. Null: no memory, or no such scheduling; it has been logged.
    Task* hire(std::string_view name, Part part, const sched::Parameters& parameters = {}, CpuMask cpus = all_cpus);

    /// For the tasks.
    bool goes_on() const { return over_.get() == 0; }
    void end();

private:
    struct Contract {
        Troupe* troupe;
        Part part;
    };
    static void play(void* contract);

    static constexpr unsigned most = 16;
    Contract contracts_[most] = {};
    unsigned hired_ = 0;
    Counter gone_;
    Counter over_;
};

/// Runs until the curtain falls.
void spin(Troupe& troupe);
/// Runs a little, sleeps a little.
void nap(Troupe& troupe);
/// Keeps the CPU busy until the running task has run for so many nanoseconds more.
void work(u64 nanoseconds);
void sleep_for(u64 nanoseconds);

} // namespace kernel::test
