// Clocks go forward, and sleeping takes as long as was asked for.
#include "../common/check.h"

#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const long long second = 1000000000;

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

static void clocks_agree(void)
{
    CHECK(llabs(nanoseconds(CLOCK_MONOTONIC_RAW) - nanoseconds(CLOCK_MONOTONIC)) < second);
    CHECK(llabs(nanoseconds(CLOCK_BOOTTIME) - nanoseconds(CLOCK_MONOTONIC)) < second);
    const time_t seconds = time(NULL);
    CHECK(llabs(seconds - nanoseconds(CLOCK_REALTIME) / second) <= 1);
    time_t stored = 0;
    CHECK(syscall(SYS_time, &stored) == stored && stored >= seconds);

    struct timespec resolution;
    const clockid_t coarse[] = {CLOCK_MONOTONIC_COARSE, CLOCK_REALTIME_COARSE};
    const clockid_t exact[] = {CLOCK_MONOTONIC, CLOCK_REALTIME};
    for (int i = 0; i < 2; ++i) {
        CHECK(clock_getres(coarse[i], &resolution) == 0 && resolution.tv_nsec >= 1000000);
        const long long before = nanoseconds(coarse[i]);
        CHECK(before <= nanoseconds(exact[i]) && before <= nanoseconds(coarse[i]));
    }
    CHECK_FAILS(clock_getres(12345, &resolution), EINVAL);
}

static struct timespec at(long long nanoseconds_since)
{
    return (struct timespec){nanoseconds_since / second, nanoseconds_since % second};
}

static void the_clock_is_set(void)
{
    const long long hour = 3600 * second;
    const long long monotonic = nanoseconds(CLOCK_MONOTONIC);
    const long long before = nanoseconds(CLOCK_REALTIME);
    struct timespec time = at(before + hour);
    CHECK(clock_settime(CLOCK_REALTIME, &time) == 0);
    CHECK(nanoseconds(CLOCK_REALTIME) >= before + hour);
    CHECK(nanoseconds(CLOCK_MONOTONIC) - monotonic < hour); // goes its own way

    // An hour ahead by the old time is now: no sleep.
    time = at(before + hour / 2);
    CHECK(clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &time, NULL) == 0);

    const struct timeval day = {before / second, 0};
    CHECK(syscall(SYS_settimeofday, &day, NULL) == 0);
    CHECK(nanoseconds(CLOCK_REALTIME) < before + hour / 2);

    struct timezone zone = {-60, 1};
    CHECK(syscall(SYS_settimeofday, NULL, &zone) == 0);
    zone = (struct timezone){0, 0};
    CHECK(syscall(SYS_gettimeofday, NULL, &zone) == 0 && zone.tz_minuteswest == -60 && zone.tz_dsttime == 1);
    zone.tz_minuteswest = 15 * 60 + 1;
    CHECK_FAILS(syscall(SYS_settimeofday, NULL, &zone), EINVAL);

    time = at(0); // before the machine booted
    CHECK_FAILS(clock_settime(CLOCK_REALTIME, &time), EINVAL);
    time = at(before);
    CHECK_FAILS(clock_settime(CLOCK_MONOTONIC, &time), EINVAL);
    time.tv_nsec = second;
    CHECK_FAILS(clock_settime(CLOCK_REALTIME, &time), EINVAL);
    time = (struct timespec){-1, 0};
    CHECK_FAILS(clock_settime(CLOCK_REALTIME, &time), EINVAL);
    CHECK_FAILS(clock_settime(CLOCK_REALTIME, (const struct timespec*)1), EFAULT);
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
    CHECK(clock_nanosleep(CLOCK_MONOTONIC_RAW, 0, &deadline, NULL) == EOPNOTSUPP);
    CHECK(clock_nanosleep(12345, 0, &deadline, NULL) == EINVAL);
    CHECK_FAILS(nanosleep(&(struct timespec){0, 1000000000}, NULL), EINVAL);
    CHECK_FAILS(nanosleep(&(struct timespec){-1, 0}, NULL), EINVAL);
}

int main(void)
{
    clocks_go_forward();
    clocks_agree();
    the_clock_is_set();
    sleeping_takes_its_time();
    puts("clock: all as it should be");
    return 0;
}
