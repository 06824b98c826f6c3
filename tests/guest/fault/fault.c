// Dies in the way that its first argument names: PID 1's end by a signal is the machine's status.
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

static volatile int deepest = 1 << 30;

static int recurse(int depth)
{
    volatile char frame[4096];
    frame[0] = (char)depth;
    return depth == deepest ? 0 : recurse(depth + 1) + frame[0];
}

static char not_code[16] = {(char)0xc3};
static const char constant[16] = "constant";

static __attribute__((noinline)) void die(const char* how)
{
    volatile int zero = 0;
    if (strcmp(how, "null") == 0)
        *(volatile int*)0 = 1;
    else if (strcmp(how, "kernel") == 0)
        *(volatile int*)0xffffffff80200000 = 1;
    else if (strcmp(how, "noncanonical") == 0)
        *(volatile int*)0x8000000000000000 = 1;
    else if (strcmp(how, "write-text") == 0)
        *(volatile char*)(uintptr_t)&printf = 1;
    else if (strcmp(how, "write-constant") == 0)
        *(volatile char*)(uintptr_t)constant = 1;
    else if (strcmp(how, "execute-data") == 0)
        ((void (*)(void))(uintptr_t)not_code)();
    else if (strcmp(how, "unmapped") == 0) {
        char* const memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        memory[0] = 1;
        munmap(memory, 4096);
        ((volatile char*)memory)[0] = 1;
    } else if (strcmp(how, "protected") == 0) {
        char* const memory = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        ((volatile char*)memory)[0] = 1;
    } else if (strcmp(how, "stack-overflow") == 0)
        recurse(0);
    else if (strcmp(how, "privileged") == 0)
        __asm__ volatile("cli");
    else if (strcmp(how, "port") == 0)
        __asm__ volatile("outb %%al, $0xf4" ::"a"(1));
    else if (strcmp(how, "illegal") == 0)
        __asm__ volatile("ud2");
    else if (strcmp(how, "divide") == 0)
        zero = 12345 / zero;
}

int main(int argc, char** argv)
{
    const char* const how = argc > 1 ? argv[1] : "";
    printf("about to die: %s\n", how);
    die(how);
    puts("still alive");
    return 1;
}
