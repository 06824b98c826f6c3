#pragma once

#include "kernel/test/support.hpp"

#include <array>

namespace kernel::test {

/// Tasks of a test, each bound to a CPU; the destructor waits until all have returned.
class Crew {
public:
    Crew() = default;
    Crew(const Crew&) = delete;
    Crew& operator=(const Crew&) = delete;
    ~Crew() { wait(); }

    /// Calls `work(*this, argument)` on that CPU, in a task of its own. False: no memory.
    bool start(unsigned cpu, void (*work)(void* argument), void* argument)
    {
        Member& member = members_[count_ % members_.size()];
        member = {this, work, argument};
        const auto task = sched::create_task("ktest", run, &member, CpuMask{1} << cpu);
        if (!task)
            return check(false, "no memory for a task");
        ++count_;
        __atomic_add_fetch(&left_, 1, __ATOMIC_RELAXED);
        sched::wake(*task.value());
        return true;
    }
    /// The same on each CPU that is online.
    bool start_on_all(void (*work)(void* argument), void* argument)
    {
        for (CpuMask left = sched::online_cpus(); left != 0; left &= left - 1)
            if (!start(static_cast<unsigned>(__builtin_ctz(left)), work, argument))
                return false;
        return true;
    }
    void wait()
    {
        while (__atomic_load_n(&left_, __ATOMIC_ACQUIRE) != 0)
            sched::yield();
    }

private:
    struct Member {
        Crew* crew = nullptr;
        void (*work)(void* argument) = nullptr;
        void* argument = nullptr;
    };

    static void run(void* argument)
    {
        const Member member = *static_cast<Member*>(argument);
        member.work(member.argument);
        __atomic_sub_fetch(&member.crew->left_, 1, __ATOMIC_RELEASE); // the last that is done with the crew
    }

    std::array<Member, std::size_t{2} * arch::max_cpus> members_;
    unsigned count_ = 0;
    u32 left_ = 0;
};

} // namespace kernel::test
