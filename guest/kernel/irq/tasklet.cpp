#include "kernel/irq/tasklet.hpp"

#include "arch/cpu.hpp"
#include "arch/interrupts.hpp"
#include "kernel/init/boot_step.hpp"
#include "kernel/irq/softirq.hpp"
#include "kernel/sched/schedule.hpp"

#include <array>
#include <utility>

namespace kernel {

/// Each CPU's two queues, of its own tasklets: touched with interrupts masked.
class TaskletQueues {
public:
    static void add(Tasklet& tasklet)
    {
        const arch::InterruptsOff off;
        Queue& queue = this_cpu(tasklet.urgency_);
        tasklet.next_ = nullptr;
        *(queue.first == nullptr ? &queue.first : &queue.last->next_) = &tasklet;
        queue.last = &tasklet;
        softirq::raise(vector_of(tasklet.urgency_));
    }

    template <Tasklet::Urgency urgency>
    static void serve()
    {
        Tasklet* next = take_all(urgency);
        while (next != nullptr) {
            Tasklet& tasklet = *next;
            next = tasklet.next_;
            if (!try_run(tasklet))
                add(tasklet); // another time
        }
    }

private:
    struct Queue {
        Tasklet* first = nullptr;
        Tasklet* last = nullptr;
    };

    static Queue& this_cpu(Tasklet::Urgency urgency) { return queues[arch::cpu_id()][static_cast<unsigned>(urgency)]; }
    static softirq::Vector vector_of(Tasklet::Urgency urgency)
    {
        return urgency == Tasklet::Urgency::high ? softirq::Vector::hi : softirq::Vector::tasklet;
    }
    static Tasklet* take_all(Tasklet::Urgency urgency)
    {
        const arch::InterruptsOff off;
        return std::exchange(this_cpu(urgency), {}).first;
    }

    /// False: it runs on another CPU, or is disabled.
    static bool try_run(Tasklet& tasklet)
    {
        if (!tasklet.try_set(Tasklet::running))
            return false;
        const bool enabled = __atomic_load_n(&tasklet.disabled_, __ATOMIC_SEQ_CST) == 0;
        if (enabled) {
            tasklet.clear(Tasklet::scheduled); // from here on it may be scheduled anew, on another CPU too
            tasklet.function_(tasklet);
        }
        tasklet.clear(Tasklet::running);
        return enabled;
    }

    static std::array<std::array<Queue, 2>, arch::max_cpus> queues;
};

constinit std::array<std::array<TaskletQueues::Queue, 2>, arch::max_cpus> TaskletQueues::queues{};

void Tasklet::schedule()
{
    if (try_set(scheduled))
        TaskletQueues::add(*this);
}

void Tasklet::disable_nosync() { __atomic_add_fetch(&disabled_, 1, __ATOMIC_SEQ_CST); }

void Tasklet::disable()
{
    disable_nosync();
    while (is(running))
        arch::relax();
}

void Tasklet::enable() { __atomic_sub_fetch(&disabled_, 1, __ATOMIC_SEQ_CST); }

void Tasklet::kill()
{
    while (is(scheduled | running))
        sched::yield();
}

namespace {

void open_softirqs()
{
    softirq::open(softirq::Vector::hi, TaskletQueues::serve<Tasklet::Urgency::high>);
    softirq::open(softirq::Vector::tasklet, TaskletQueues::serve<Tasklet::Urgency::normal>);
}

BOOT_STEP(tasklets, NEEDS(), PROVIDES("tasklets"), open_softirqs);

} // namespace
} // namespace kernel
