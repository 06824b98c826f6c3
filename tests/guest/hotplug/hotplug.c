// CPUs are taken offline and back by writing to /sys, and everybody agrees on how many there are.
#include "../common/check.h"

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#define CPUS "/sys/devices/system/cpu/"

static void expect(const char* path, const char* expected)
{
    char text[64] = "";
    const int file = open(path, O_RDONLY);
    CHECK(file >= 0);
    CHECK(read(file, text, sizeof text - 1) == (ssize_t)strlen(expected));
    CHECK(strcmp(text, expected) == 0);
    CHECK(close(file) == 0);
}

static long write_to(const char* path, const char* text)
{
    const int file = open(path, O_WRONLY);
    CHECK(file >= 0);
    const long written = write(file, text, strlen(text));
    const int error = errno;
    CHECK(close(file) == 0);
    errno = error;
    return written;
}

static const char* list(int first, int end)
{
    static char text[16];
    snprintf(text, sizeof text, end - first > 1 ? "%d-%d\n" : "%d\n", first, end - 1);
    return text;
}

static void expect_online(int count)
{
    cpu_set_t set;
    CHECK(sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) == count);
    CHECK(sysconf(_SC_NPROCESSORS_ONLN) == count);
}

/// The last CPU goes and comes back; while it is gone, it is not among those that are online.
static void last_cpu_goes_and_comes_back(int cpus)
{
    char path[64];
    snprintf(path, sizeof path, CPUS "cpu%d/online", cpus - 1);
    for (int round = 0; round < 3; ++round) {
        expect(path, "1\n");
        CHECK(write_to(path, "0") == 1);
        expect(path, "0\n");
        expect(CPUS "online", list(0, cpus - 1));
        expect_online(cpus - 1);
        CHECK(write_to(path, "0\n") == 2); // it is already
        CHECK(write_to(path, "1\n") == 2);
        expect_online(cpus);
    }
    CHECK_FAILS(write_to(path, "2"), EINVAL);
    CHECK_FAILS(write_to(path, "off"), EINVAL);
}

/// As many as /sys says are present: "0" or "0-3".
static int present_cpus(void)
{
    char text[64] = "";
    const int file = open(CPUS "present", O_RDONLY);
    CHECK(file >= 0 && read(file, text, sizeof text - 1) > 0 && close(file) == 0);
    const char* const dash = strchr(text, '-');
    return dash == NULL ? 1 : atoi(dash + 1) + 1;
}

int main(void)
{
    const int cpus = present_cpus();
    expect(CPUS "present", list(0, cpus));
    expect(CPUS "possible", list(0, cpus));
    expect(CPUS "online", list(0, cpus));
    expect_online(cpus);
    CHECK_FAILS(open(CPUS "cpu0/online", O_RDONLY), ENOENT); // the boot CPU stays
    CHECK_FAILS(open(CPUS "cpu32", O_RDONLY), ENOENT);
    CHECK_FAILS(write_to(CPUS "online", "1"), EIO);
    if (cpus > 1)
        last_cpu_goes_and_comes_back(cpus);
    printf("hotplug: all as it should be with %d CPUs\n", cpus);
    return 0;
}
