// Clocks go forward, and sleeping takes as long as was asked for.
#include "../common/check.h"

#include <sys/time.h>
#include <time.h>

static long long nanoseconds(clockid_t clock)
{
    struct timespec time;
    CHECK(clock_gettime(clock, &time) == 0);
    CHECK(time.tv_nsec >= 0 && time.tv_nsec < 1000000000);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void clocks_go_forward(void)
{
    long long last = nanoseconds(CLOCK_MONOTONIC);
    for (int i = 0; i < 100; ++i) {
        const long long now = nanoseconds(CLOCK_MONOTONIC);
        CHECK(now >= last);
        last = now;
    }
    // After this was written, and before the year 2100.
    CHECK(nanoseconds(CLOCK_REALTIME) > 1700000000LL * 1000000000 &&
          nanoseconds(CLOCK_REALTIME) < 4102444800LL * 1000000000);
    struct timeval day;
    CHECK(gettimeofday(&day, NULL) == 0);
    CHECK(llabs(day.tv_sec - nanoseconds(CLOCK_REALTIME) / 1000000000) <= 1);
    struct timespec resolution;
    CHECK(clock_getres(CLOCK_MONOTONIC, &resolution) == 0 && resolution.tv_sec == 0);
    CHECK_FAILS(clock_gettime(12345, &resolution), EINVAL);
}

static void sleeping_takes_its_time(void)
{
    const long long asked = 30000000;
    const long long start = nanoseconds(CLOCK_MONOTONIC);
    CHECK(nanosleep(&(struct timespec){0, asked}, NULL) == 0);
    const long long slept = nanoseconds(CLOCK_MONOTONIC) - start;
    CHECK(slept >= asked && slept < 20 * asked);

    const long long target = nanoseconds(CLOCK_MONOTONIC) + asked;
    const struct timespec deadline = {target / 1000000000, target % 1000000000};
    CHECK(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &deadline, NULL) == 0);
    CHECK(nanoseconds(CLOCK_MONOTONIC) >= target);
    CHECK(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &deadline, NULL) == 0); // it has passed
    CHECK_FAILS(nanosleep(&(struct timespec){0, 1000000000}, NULL), EINVAL);
    CHECK_FAILS(nanosleep(&(struct timespec){-1, 0}, NULL), EINVAL);
}

int main(void)
{
    clocks_go_forward();
    sleeping_takes_its_time();
    puts("clock: all as it should be");
    return 0;
}
