// SSE state survives system calls, sleep and preemption, and a new program starts with a clean one.
#include "../common/check.h"

#include <time.h>
#include <unistd.h>

static double harmonic(int terms)
{
    double sum = 0;
    for (int i = 1; i <= terms; ++i)
        sum += 1.0 / i;
    return sum;
}

int main(void)
{
    unsigned mxcsr;
    __asm__ volatile("stmxcsr %0" : "=m"(mxcsr));
    CHECK(mxcsr == 0x1f80);

    // Long enough for many timer interrupts.
    const double expected = harmonic(2000000);
    struct timespec start;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &start);
    do {
        CHECK(harmonic(2000000) == expected);
        clock_gettime(CLOCK_MONOTONIC, &now);
    } while (now.tv_sec * 1000 + now.tv_nsec / 1000000 - (start.tv_sec * 1000 + start.tv_nsec / 1000000) < 100);

    typedef unsigned long vector __attribute__((vector_size(16)));
    vector kept = {0x0123456789abcdef, 0xfedcba9876543210};
    const struct timespec nap = {0, 5000000};
    long result = 35;
    __asm__ volatile("movdqa %[kept], %%xmm7\n\t"
                     "syscall\n\t"
                     "movdqa %%xmm7, %[kept]"
                     : "+a"(result), [kept] "+x"(kept)
                     : "D"(&nap), "S"(0)
                     : "rcx", "r11", "xmm7", "memory");
    CHECK(result == 0);
    CHECK(kept[0] == 0x0123456789abcdef && kept[1] == 0xfedcba9876543210);
    printf("fpu: all as it should be, %.6f\n", expected);
    return 0;
}
