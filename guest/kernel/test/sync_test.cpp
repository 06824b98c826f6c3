// Every kind of lock, counter and chain under several threads on all CPUs at once: invariants are judged by counting,
// none by time.
#include "arch/interrupts.hpp"
#include "kernel/sync/completion.hpp"
#include "kernel/sync/mutex.hpp"
#include "kernel/sync/notifier.hpp"
#include "kernel/sync/per_cpu_counter.hpp"
#include "kernel/sync/rw_lock.hpp"
#include "kernel/sync/rw_semaphore.hpp"
#include "kernel/sync/semaphore.hpp"
#include "kernel/sync/seq_lock.hpp"
#include "kernel/test/crew.hpp"
#include "kernel/test/kernel_test.hpp"

namespace kernel {
namespace {

using test::check;

constexpr u64 rounds = 24;
constexpr unsigned threads_per_cpu = 2;

/// Runs `work(argument)` in two threads on each CPU. How many that were; 0: no memory.
u64 run_everywhere(void (*work)(void*), void* argument)
{
    test::Crew crew;
    u64 threads = 0;
    for (unsigned turn = 0; turn < threads_per_cpu; ++turn)
        for (CpuMask left = sched::online_cpus(); left != 0; left &= left - 1, ++threads)
            if (!crew.start(static_cast<unsigned>(__builtin_ctz(left)), work, argument))
                return 0;
    crew.wait();
    return threads;
}

/// Two numbers that are the same whenever nobody is changing them.
struct Twins {
    u64 first = 0;
    u64 second = 0;

    void increment()
    {
        ++first;
        arch::relax();
        ++second;
    }
    bool agree() const { return first == second; }
};

template <typename Lock>
struct Exclusion {
    Locked<Twins, Lock> twins;
    test::Counter torn;

    static void work(void* argument)
    {
        auto& self = *static_cast<Exclusion*>(argument);
        for (u64 round = 0; round < rounds; ++round) {
            self.twins.with([&](Twins& twins) {
                if (!twins.agree())
                    self.torn.increment();
                twins.increment();
            });
            if (preempt::count() != 0 || !arch::interrupts_enabled())
                self.torn.increment();
        }
    }
};

template <typename Lock>
bool excludes()
{
    Exclusion<Lock> exclusion;
    const u64 threads = run_everywhere(Exclusion<Lock>::work, &exclusion);
    return threads != 0 &&
           check(exclusion.torn.get() == 0, "two were inside at once, or the lock left something off") &&
           check(exclusion.twins.without_lock().first == threads * rounds, "an increment was lost");
}

bool spin_locks_exclude() { return excludes<SpinLock>() && excludes<IrqSafe>(); }
bool mutexes_exclude() { return excludes<Mutex>(); }

template <typename Lock>
struct Sharing {
    SharedLocked<Twins, Lock> twins;
    test::Counter torn;

    static void work(void* argument)
    {
        auto& self = *static_cast<Sharing*>(argument);
        for (u64 round = 0; round < rounds; ++round) {
            self.twins.read([&](const Twins& twins) {
                if (!twins.agree())
                    self.torn.increment();
            });
            self.twins.write([](Twins& twins) { twins.increment(); });
        }
    }
};

template <typename Lock>
bool shares()
{
    Sharing<Lock> sharing;
    const u64 threads = run_everywhere(Sharing<Lock>::work, &sharing);
    const u64 count = sharing.twins.read([](const Twins& twins) { return twins.first; });
    return threads != 0 && check(sharing.torn.get() == 0, "a reader saw a writer at work") &&
           check(count == threads * rounds, "two wrote at once");
}

bool rw_locks_keep_apart() { return shares<RwLock>() && shares<IrqSafeRwLock>(); }
bool rw_semaphores_keep_apart() { return shares<RwSemaphore>(); }

struct Permits {
    static constexpr u32 count = 2;
    Semaphore semaphore{count};
    Atomic<u32> inside;
    test::Counter crowded;

    static void work(void* argument)
    {
        auto& self = *static_cast<Permits*>(argument);
        for (u64 round = 0; round < rounds; ++round) {
            self.semaphore.down();
            if (self.inside.add_fetch(1, Order::seq_cst) > count)
                self.crowded.increment();
            if (round % 8 == 0)
                sched::yield();
            self.inside.fetch_sub(1, Order::seq_cst);
            self.semaphore.up();
        }
    }
};

bool semaphores_count()
{
    Permits permits;
    return run_everywhere(Permits::work, &permits) != 0 &&
           check(permits.crowded.get() == 0, "more were inside than there are permits") &&
           check(permits.semaphore.try_down() && permits.semaphore.try_down() && !permits.semaphore.try_down(),
                 "permits were lost or made");
}

/// A question and an answer, each a completion on somebody's stack.
struct Question {
    Completion answered;
    u64 number = 0;
};
struct Oracle {
    Atomic<Question*> question;
    Completion asked;
    Mutex turn;
    u64 answers = 0;
};

void ask(void* argument)
{
    auto& oracle = *static_cast<Oracle*>(argument);
    for (u64 round = 0; round < rounds / 4; ++round) {
        const Mutex::Guard turn{oracle.turn};
        Question question;
        oracle.question.store(&question, Order::release);
        oracle.asked.complete();
        question.answered.wait();
        oracle.answers += question.number;
    }
}

void answer(void* argument)
{
    auto& oracle = *static_cast<Oracle*>(argument);
    for (;;) {
        oracle.asked.wait();
        Question* const question = oracle.question.exchange(nullptr, Order::acquire);
        if (question == nullptr)
            return;
        question->number = 1;
        question->answered.complete();
    }
}

bool completions_complete()
{
    Oracle oracle;
    test::Crew oracles;
    if (!oracles.start(0, answer, &oracle))
        return false;
    const u64 threads = run_everywhere(ask, &oracle);
    oracle.asked.complete(); // with no question: the end
    oracles.wait();
    return check(oracle.answers == threads * (rounds / 4) && threads != 0, "a question was not answered once");
}

struct Sequence {
    SeqLocked<Twins, SpinLock> twins;
    test::Counter torn;

    static void work(void* argument)
    {
        auto& self = *static_cast<Sequence*>(argument);
        for (u64 round = 0; round < rounds; ++round) {
            if (!self.twins.read().agree())
                self.torn.increment();
            self.twins.write([](Twins& twins) { twins.increment(); });
        }
    }
};

bool seq_locks_are_never_torn()
{
    Sequence sequence;
    const u64 threads = run_everywhere(Sequence::work, &sequence);
    return threads != 0 && check(sequence.torn.get() == 0, "a reader got half of a value") &&
           check(sequence.twins.read().first == threads * rounds, "two wrote at once");
}

void count_up(void* argument)
{
    auto& counter = *static_cast<PerCpuCounter*>(argument);
    for (u64 round = 0; round < rounds; ++round) {
        counter.add(3);
        counter.decrement();
    }
}

bool counters_lose_nothing()
{
    PerCpuCounter counter{7};
    const u64 threads = run_everywhere(count_up, &counter);
    return check(counter.sum() == static_cast<i64>(7 + threads * rounds * 2) && threads != 0, "the sum is wrong");
}

struct Listener : Notifier {
    explicit Listener(int priority) : Notifier{hear, priority} {}
    static Notified hear(Notifier& notifier, u64 event, void* data)
    {
        auto& self = static_cast<Listener&>(notifier);
        self.heard.increment();
        self.place = static_cast<test::Counter*>(data)->get();
        static_cast<test::Counter*>(data)->increment();
        return event == 0 ? Notified::ok : Notified::stop;
    }
    test::Counter heard;
    u32 place = 0;
};

template <typename Chain>
bool notifies()
{
    Chain chain;
    Listener last{-1};
    Listener first{10};
    Listener second{10};
    chain.add(last);
    chain.add(first);
    chain.add(second);
    test::Counter place;
    const Notified all = chain.call(0, &place);
    const bool in_order = first.place == 0 && second.place == 1 && last.place == 2;
    const Notified stopped = chain.call(1, &place);
    chain.remove(first);
    chain.call(0, &place);
    return check(all == Notified::ok && stopped == Notified::stop && in_order, "notified in the wrong order") &&
           check(first.heard.get() == 2 && second.heard.get() == 2 && last.heard.get() == 2, "told too many or few");
}

bool notifier_chains_notify() { return notifies<AtomicNotifierChain>() && notifies<BlockingNotifierChain>(); }

} // namespace

KERNEL_TEST(sync_spin_lock, spin_locks_exclude);
KERNEL_TEST(sync_mutex, mutexes_exclude);
KERNEL_TEST(sync_rw_lock, rw_locks_keep_apart);
KERNEL_TEST(sync_rw_semaphore, rw_semaphores_keep_apart);
KERNEL_TEST(sync_semaphore, semaphores_count);
KERNEL_TEST(sync_completion, completions_complete);
KERNEL_TEST(sync_seq_lock, seq_locks_are_never_torn);
KERNEL_TEST(sync_per_cpu_counter, counters_lose_nothing);
KERNEL_TEST(sync_notifier, notifier_chains_notify);

} // namespace kernel
