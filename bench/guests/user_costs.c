// What a program pays for the kernel's help. `/init syscall` or `/init fault` prints one line, as the kernel's own
// benchmarks do (guest/kernel/bench/bench.hpp).
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { batches = 7, page_size = 4096 };

static uint64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

// The null system call: a number is looked up, and an integer comes back.
static void call(unsigned count)
{
    for (unsigned i = 0; i < count; ++i)
        syscall(SYS_getpid);
}

// First touches of anonymous pages.
static volatile char* pages;

static void map(unsigned count)
{
    pages = mmap(NULL, (size_t)count * page_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED) {
        perror("mmap");
        exit(1);
    }
}

static void touch(unsigned count)
{
    for (unsigned i = 0; i < count; ++i)
        pages[(size_t)i * page_size] = 1;
}

static void unmap(unsigned count) { munmap((void*)pages, (size_t)count * page_size); }

static int by_size(const void* left, const void* right)
{
    const uint64_t a = *(const uint64_t*)left, b = *(const uint64_t*)right;
    return a < b ? -1 : a > b;
}

static void nothing(unsigned count) { (void)count; }

static void measure(const char* name, unsigned count, void (*before)(unsigned), void (*operation)(unsigned),
                    void (*after)(unsigned))
{
    uint64_t times[batches];
    for (int i = -1; i < batches; ++i) { // the first warms up
        before(count);
        const uint64_t begin = now();
        operation(count);
        const uint64_t end = now();
        after(count);
        if (i >= 0)
            times[i] = (end - begin) / count;
    }
    qsort(times, batches, sizeof times[0], by_size);
    printf("ubench %s: %lu ns, %u operations of 0 bytes\n", name, (unsigned long)times[batches / 2],
           (batches + 1) * count);
}

int main(int argc, char** argv)
{
    const char* const which = argc > 1 ? argv[1] : "";
    if (strcmp(which, "syscall") == 0)
        measure("syscall", 200, nothing, call, nothing);
    else if (strcmp(which, "fault") == 0)
        measure("fault", 200, map, touch, unmap);
    return 0; // anything else measures nothing: what is left is what starting costs
}
