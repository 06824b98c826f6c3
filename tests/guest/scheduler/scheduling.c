// sched(7)'s system calls, as root. The same on Linux: nothing here depends on how many CPUs there are.
#include "../common/check.h"

#include <sched.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/times.h>
#include <time.h>
#include <unistd.h>

// The C library lacks what only Linux has.
enum { SCHED_NORMAL = 0 };
#undef SCHED_DEADLINE
#define SCHED_DEADLINE 6
#undef SCHED_RESET_ON_FORK
#define SCHED_RESET_ON_FORK 0x40000000
enum { SCHED_FLAG_RESET_ON_FORK = 1, SCHED_FLAG_KEEP_POLICY = 8 };

// struct sched_attr, and a field that it may have one day.
struct attributes {
    uint32_t size, policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t runtime, deadline, period;
    uint32_t least, most;
    uint64_t unknown;
};
enum { first_size = 48, known_size = 56 };

struct param {
    int priority;
};

static long set_scheduler(int pid, int policy, int priority)
{
    const struct param param = {priority};
    return syscall(SYS_sched_setscheduler, pid, policy, &param);
}
static long get_scheduler(int pid) { return syscall(SYS_sched_getscheduler, pid); }
static long set_param(int pid, int priority)
{
    const struct param param = {priority};
    return syscall(SYS_sched_setparam, pid, &param);
}
static int get_param(int pid)
{
    struct param param = {-1};
    CHECK(syscall(SYS_sched_getparam, pid, &param) == 0);
    return param.priority;
}
static long set_attributes(const struct attributes* attributes) { return syscall(SYS_sched_setattr, 0, attributes, 0); }
static struct attributes get_attributes(void)
{
    struct attributes attributes = {0};
    CHECK(syscall(SYS_sched_getattr, 0, &attributes, known_size, 0) == 0);
    return attributes;
}

static const int nobody = 4000000; // more than PID_MAX_LIMIT would be refused as well
static void* const kernel = (void*)0xffffffff80200000;

static void policies_have_their_priorities(void)
{
    const int realtime[] = {SCHED_FIFO, SCHED_RR};
    for (int i = 0; i < 2; ++i) {
        CHECK(syscall(SYS_sched_get_priority_min, realtime[i]) == 1);
        CHECK(syscall(SYS_sched_get_priority_max, realtime[i]) == 99);
    }
    const int others[] = {SCHED_NORMAL, SCHED_BATCH, SCHED_IDLE, SCHED_DEADLINE};
    for (int i = 0; i < 4; ++i) {
        CHECK(syscall(SYS_sched_get_priority_min, others[i]) == 0);
        CHECK(syscall(SYS_sched_get_priority_max, others[i]) == 0);
    }
    CHECK_FAILS(syscall(SYS_sched_get_priority_min, 4), EINVAL);
    CHECK_FAILS(syscall(SYS_sched_get_priority_max, -1), EINVAL);
    CHECK_FAILS(syscall(SYS_sched_get_priority_max, 100), EINVAL);
}

static void policies_can_be_changed(void)
{
    CHECK(get_scheduler(0) == SCHED_NORMAL);
    CHECK(get_scheduler(getpid()) == SCHED_NORMAL);
    CHECK(get_param(0) == 0);

    CHECK(set_scheduler(0, SCHED_FIFO, 1) == 0);
    CHECK(get_scheduler(0) == SCHED_FIFO && get_param(0) == 1);
    CHECK(set_scheduler(getpid(), SCHED_RR, 99) == 0);
    CHECK(get_scheduler(0) == SCHED_RR && get_param(getpid()) == 99);
    CHECK(set_param(0, 50) == 0);
    CHECK(get_scheduler(0) == SCHED_RR && get_param(0) == 50);
    CHECK(set_scheduler(0, SCHED_BATCH, 0) == 0);
    CHECK(get_scheduler(0) == SCHED_BATCH && get_param(0) == 0);
    CHECK(set_scheduler(0, SCHED_IDLE, 0) == 0);
    CHECK(get_scheduler(0) == SCHED_IDLE);
    CHECK(set_scheduler(0, SCHED_NORMAL | SCHED_RESET_ON_FORK, 0) == 0);
    CHECK(get_scheduler(0) == (SCHED_NORMAL | SCHED_RESET_ON_FORK));
    CHECK(set_scheduler(0, SCHED_NORMAL, 0) == 0);
    CHECK(get_scheduler(0) == SCHED_NORMAL);
}

static void nonsense_is_refused(void)
{
    CHECK_FAILS(set_scheduler(0, SCHED_FIFO, 0), EINVAL);
    CHECK_FAILS(set_scheduler(0, SCHED_FIFO, 100), EINVAL);
    CHECK_FAILS(set_scheduler(0, SCHED_RR, -1), EINVAL);
    CHECK_FAILS(set_scheduler(0, SCHED_NORMAL, 1), EINVAL);
    CHECK_FAILS(set_scheduler(0, SCHED_BATCH, 1), EINVAL);
    CHECK_FAILS(set_scheduler(0, 4, 0), EINVAL);
    CHECK_FAILS(set_scheduler(0, -1, 0), EINVAL);
    CHECK_FAILS(set_scheduler(0, SCHED_DEADLINE, 0), EINVAL); // that takes sched_setattr
    CHECK_FAILS(set_scheduler(-1, SCHED_NORMAL, 0), EINVAL);
    CHECK_FAILS(set_scheduler(nobody, SCHED_NORMAL, 0), ESRCH);
    CHECK_FAILS(syscall(SYS_sched_setscheduler, 0, SCHED_NORMAL, NULL), EINVAL);
    CHECK_FAILS(syscall(SYS_sched_setscheduler, 0, SCHED_NORMAL, kernel), EFAULT);
    CHECK_FAILS(set_param(0, 1), EINVAL);
    CHECK_FAILS(set_param(-1, 0), EINVAL);
    CHECK_FAILS(set_param(nobody, 0), ESRCH);
    CHECK_FAILS(syscall(SYS_sched_getparam, 0, NULL), EINVAL);
    CHECK_FAILS(syscall(SYS_sched_getparam, 0, kernel), EFAULT);
    CHECK_FAILS(syscall(SYS_sched_getparam, nobody, &(struct param){0}), ESRCH);
    CHECK_FAILS(get_scheduler(-1), EINVAL);
    CHECK_FAILS(get_scheduler(nobody), ESRCH);
    CHECK(get_scheduler(0) == SCHED_NORMAL);
}

static void attributes_say_it_all(void)
{
    struct attributes attributes = get_attributes();
    CHECK(attributes.size == known_size && attributes.policy == SCHED_NORMAL && attributes.nice == 0);

    CHECK(set_attributes(&(struct attributes){.size = first_size, .policy = SCHED_BATCH, .nice = 7}) == 0);
    attributes = get_attributes();
    CHECK(attributes.policy == SCHED_BATCH && attributes.nice == 7 && attributes.priority == 0);
    CHECK(getpriority(PRIO_PROCESS, 0) == 7);

    CHECK(set_attributes(&(struct attributes){.size = known_size, .policy = SCHED_FIFO, .priority = 10}) == 0);
    attributes = get_attributes();
    CHECK(attributes.policy == SCHED_FIFO && attributes.priority == 10);

    CHECK(set_attributes(&(struct attributes){.size = 0, .policy = SCHED_NORMAL, .flags = SCHED_FLAG_RESET_ON_FORK}) ==
          0);
    attributes = get_attributes();
    CHECK(attributes.policy == SCHED_NORMAL && attributes.flags == SCHED_FLAG_RESET_ON_FORK && attributes.nice == 0);

    // Kept: the policy, then the parameters.
    CHECK(set_attributes(&(struct attributes){
              .size = first_size, .policy = SCHED_FIFO, .flags = SCHED_FLAG_KEEP_POLICY, .nice = 3}) == 0);
    attributes = get_attributes();
    CHECK(attributes.policy == SCHED_NORMAL && attributes.nice == 3);
    CHECK(attributes.flags == SCHED_FLAG_RESET_ON_FORK);

    // Beyond the range: the nearest.
    CHECK(set_attributes(&(struct attributes){.size = first_size, .policy = SCHED_NORMAL, .nice = 100}) == 0);
    CHECK(get_attributes().nice == 19);
    CHECK(set_attributes(&(struct attributes){.size = first_size, .policy = SCHED_NORMAL}) == 0);
}

static void attributes_may_grow(void)
{
    struct attributes attributes = {.size = sizeof attributes, .policy = SCHED_NORMAL};
    CHECK(set_attributes(&attributes) == 0);
    attributes.unknown = 1;
    CHECK_FAILS(set_attributes(&attributes), E2BIG);
    CHECK(attributes.size == known_size);
    attributes = (struct attributes){.size = first_size - 1, .policy = SCHED_NORMAL};
    CHECK_FAILS(set_attributes(&attributes), E2BIG);
    CHECK(attributes.size == known_size);

    attributes = (struct attributes){.runtime = 1, .least = 77};
    CHECK(syscall(SYS_sched_getattr, 0, &attributes, first_size, 0) == 0);
    CHECK(attributes.size == first_size && attributes.least == 77);
    CHECK_FAILS(syscall(SYS_sched_getattr, 0, &attributes, first_size - 1, 0), EINVAL);
    CHECK_FAILS(syscall(SYS_sched_getattr, 0, &attributes, 4097, 0), EINVAL);
    CHECK_FAILS(syscall(SYS_sched_getattr, 0, &attributes, first_size, 1), EINVAL);
    CHECK_FAILS(syscall(SYS_sched_getattr, 0, NULL, first_size, 0), EINVAL);
    CHECK_FAILS(syscall(SYS_sched_getattr, 0, kernel, first_size, 0), EFAULT);
    CHECK_FAILS(syscall(SYS_sched_getattr, nobody, &attributes, first_size, 0), ESRCH);
    CHECK_FAILS(syscall(SYS_sched_setattr, 0, kernel, 0), EFAULT);
    CHECK_FAILS(syscall(SYS_sched_setattr, 0, NULL, 0), EINVAL);
    CHECK_FAILS(syscall(SYS_sched_setattr, 0, &(struct attributes){.size = first_size}, 1), EINVAL);
    CHECK_FAILS(syscall(SYS_sched_setattr, nobody, &(struct attributes){.size = first_size}, 0), ESRCH);
    CHECK_FAILS(set_attributes(&(struct attributes){.size = first_size, .flags = 0x80}), EINVAL);
}

static void deadline_tasks_are_held_to_reason(void)
{
    const uint64_t ms = 1000000;
    struct attributes attributes = {
        .size = first_size, .policy = SCHED_DEADLINE, .runtime = 10 * ms, .deadline = 100 * ms, .period = 100 * ms};
    struct attributes wrong = attributes;
    wrong.runtime = 101 * ms;
    CHECK_FAILS(set_attributes(&wrong), EINVAL);
    wrong = attributes;
    wrong.deadline = 101 * ms;
    CHECK_FAILS(set_attributes(&wrong), EINVAL);
    wrong = attributes;
    wrong.deadline = 0;
    CHECK_FAILS(set_attributes(&wrong), EINVAL);
    wrong = attributes;
    wrong.runtime = 1000;
    CHECK_FAILS(set_attributes(&wrong), EINVAL);
    wrong = attributes;
    wrong.priority = 1;
    CHECK_FAILS(set_attributes(&wrong), EINVAL);
    CHECK(get_scheduler(0) == SCHED_NORMAL);

    if (set_attributes(&attributes) == 0) { // some containers' CPU controllers do not let it be
        const struct attributes now = get_attributes();
        CHECK(now.policy == SCHED_DEADLINE && now.runtime == 10 * ms && now.deadline == 100 * ms);
        CHECK(now.period == 100 * ms && get_scheduler(0) == SCHED_DEADLINE && get_param(0) == 0);
        sched_yield();
        attributes.period = 0; // the deadline's
        CHECK(set_attributes(&attributes) == 0 && get_attributes().period == 100 * ms);
    } else {
        CHECK(errno == EPERM || errno == EBUSY);
    }
    CHECK(set_scheduler(0, SCHED_NORMAL, 0) == 0);
}

static void niceness_is_kept_in_bounds(void)
{
    CHECK(setpriority(PRIO_PROCESS, 0, 5) == 0 && getpriority(PRIO_PROCESS, getpid()) == 5);
    CHECK(nice(3) == 8);
    CHECK(setpriority(PRIO_PROCESS, getpid(), 100) == 0 && getpriority(PRIO_PROCESS, 0) == 19);
    CHECK(setpriority(PRIO_PROCESS, 0, -100) == 0 && getpriority(PRIO_PROCESS, 0) == -20);
    CHECK(syscall(SYS_getpriority, PRIO_PROCESS, 0) == 40);
    // Niceness outlives a time as a real-time task.
    CHECK(set_scheduler(0, SCHED_FIFO, 1) == 0 && set_scheduler(0, SCHED_NORMAL, 0) == 0);
    CHECK(getpriority(PRIO_PROCESS, 0) == -20);
    CHECK(setpriority(PRIO_PROCESS, 0, 0) == 0);
    CHECK_FAILS(setpriority(3, 0, 0), EINVAL);
    CHECK_FAILS(getpriority(-1, 0), EINVAL);
    CHECK_FAILS(setpriority(PRIO_PROCESS, nobody, 0), ESRCH);
    CHECK_FAILS(getpriority(PRIO_PROCESS, nobody), ESRCH);
}

static void slices_are_told(void)
{
    struct timespec slice;
    CHECK(set_scheduler(0, SCHED_FIFO, 1) == 0);
    CHECK(syscall(SYS_sched_rr_get_interval, 0, &slice) == 0 && slice.tv_sec == 0 && slice.tv_nsec == 0);
    CHECK(set_scheduler(0, SCHED_RR, 1) == 0);
    CHECK(syscall(SYS_sched_rr_get_interval, 0, &slice) == 0 && slice.tv_sec == 0 && slice.tv_nsec > 0);
    CHECK(set_scheduler(0, SCHED_NORMAL, 0) == 0);
    CHECK(syscall(SYS_sched_rr_get_interval, 0, &slice) == 0 && slice.tv_sec == 0);
    CHECK_FAILS(syscall(SYS_sched_rr_get_interval, 0, kernel), EFAULT);
    CHECK_FAILS(syscall(SYS_sched_rr_get_interval, -1, &slice), EINVAL);
    CHECK_FAILS(syscall(SYS_sched_rr_get_interval, nobody, &slice), ESRCH);
}

static void affinity_is_obeyed(void)
{
    cpu_set_t all;
    CHECK(sched_getaffinity(0, sizeof all, &all) == 0);
    CHECK(CPU_COUNT(&all) >= 1);
    for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
        if (!CPU_ISSET(cpu, &all))
            continue;
        cpu_set_t one;
        CPU_ZERO(&one);
        CPU_SET(cpu, &one);
        CHECK(sched_setaffinity(cpu % 2 == 0 ? 0 : getpid(), sizeof one, &one) == 0);
        unsigned here = -1;
        CHECK(syscall(SYS_getcpu, &here, NULL, NULL) == 0 && here == (unsigned)cpu);
        cpu_set_t now;
        CHECK(sched_getaffinity(getpid(), sizeof now, &now) == 0 && CPU_EQUAL(&now, &one));
        CHECK(sched_yield() == 0);
    }
    CHECK(sched_setaffinity(0, sizeof all, &all) == 0);

    uint64_t mask[64] = {0};
    CHECK_FAILS(syscall(SYS_sched_setaffinity, 0, sizeof mask, mask), EINVAL); // no CPU at all
    mask[63] = ~0UL;
    CHECK_FAILS(syscall(SYS_sched_setaffinity, 0, sizeof mask, mask), EINVAL); // none that is there
    CHECK_FAILS(syscall(SYS_sched_setaffinity, 0, sizeof all, kernel), EFAULT);
    CHECK_FAILS(syscall(SYS_sched_setaffinity, nobody, sizeof all, &all), ESRCH);
    CHECK_FAILS(syscall(SYS_sched_getaffinity, 0, 4, mask), EINVAL);
    CHECK_FAILS(syscall(SYS_sched_getaffinity, 0, 1023, mask), EINVAL);
    CHECK_FAILS(syscall(SYS_sched_getaffinity, 0, sizeof mask, kernel), EFAULT);
    CHECK_FAILS(syscall(SYS_sched_getaffinity, nobody, sizeof mask, mask), ESRCH);
    CHECK(syscall(SYS_sched_getaffinity, 0, sizeof mask, mask) % 8 == 0);
}

// Whatever the machine's speed: until the time that user code has run can be seen, and then the system's.
static void time_is_accounted(void)
{
    struct rusage usage;
    do {
        for (volatile int i = 0; i < 100000; ++i)
            ;
        CHECK(getrusage(RUSAGE_SELF, &usage) == 0);
    } while (usage.ru_utime.tv_sec == 0 && usage.ru_utime.tv_usec < 12000);
    do {
        for (int i = 0; i < 10; ++i)
            CHECK(getpriority(PRIO_PROCESS, 0) == 0);
        CHECK(getrusage(RUSAGE_SELF, &usage) == 0);
    } while (usage.ru_stime.tv_sec == 0 && usage.ru_stime.tv_usec < 2000);
    const long before = usage.ru_nvcsw;
    const struct timespec moment = {0, 1000000};
    do { // one that a busy host lets pass before it begins gives no CPU away
        CHECK(nanosleep(&moment, NULL) == 0);
        CHECK(getrusage(RUSAGE_THREAD, &usage) == 0);
    } while (usage.ru_nvcsw <= before);
    struct tms ticks;
    CHECK(times(&ticks) > 0 && ticks.tms_utime >= 1 && ticks.tms_cutime == 0);
    CHECK(getrusage(RUSAGE_CHILDREN, &usage) == 0 && usage.ru_utime.tv_sec == 0 && usage.ru_utime.tv_usec == 0);
    CHECK_FAILS(syscall(SYS_getrusage, 2, &usage), EINVAL);
    CHECK_FAILS(syscall(SYS_getrusage, RUSAGE_SELF, kernel), EFAULT);
}

static void statistics_are_shown(void)
{
    FILE* const own = fopen("/proc/self/schedstat", "r");
    CHECK(own != NULL);
    unsigned long long runtime = 0, waited = 0, runs = 0;
    CHECK(fscanf(own, "%llu %llu %llu", &runtime, &waited, &runs) == 3);
    CHECK(runtime > 10000000 && runs >= 1);
    fclose(own);

    FILE* const all = fopen("/proc/schedstat", "r");
    if (all == NULL)
        return; // a Linux without it
    int version = 0;
    CHECK(fscanf(all, "version %d timestamp %*u", &version) == 1 && version >= 15);
    unsigned long long fields[9];
    CHECK(fscanf(all, " cpu%*u %llu %llu %llu %llu %llu %llu %llu %llu %llu", &fields[0], &fields[1], &fields[2],
                 &fields[3], &fields[4], &fields[5], &fields[6], &fields[7], &fields[8]) == 9);
    fclose(all);
}

int main(void)
{
    policies_have_their_priorities();
    policies_can_be_changed();
    nonsense_is_refused();
    attributes_say_it_all();
    attributes_may_grow();
    deadline_tasks_are_held_to_reason();
    niceness_is_kept_in_bounds();
    slices_are_told();
    affinity_is_obeyed();
    time_is_accounted();
    statistics_are_shown();
    puts("scheduling: all as it should be");
    return 0;
}
