// mmap, munmap, mprotect, brk, madvise and malloc do what Linux does.
#include "../common/check.h"

#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { page = 4096 };

static void* map(void* where, size_t size, int protection, int flags)
{
    return mmap(where, size, protection, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);
}

static void anonymous_memory_is_zero_and_ours(void)
{
    unsigned char* memory = map(NULL, 64 * page, PROT_READ | PROT_WRITE, 0);
    CHECK(memory != MAP_FAILED && (uintptr_t)memory % page == 0);
    for (int i = 0; i < 64 * page; i += 512)
        CHECK(memory[i] == 0);
    memset(memory, 0xa5, 64 * page);
    for (int i = 0; i < 64 * page; i += 511)
        CHECK(memory[i] == 0xa5);
    CHECK(munmap(memory, 64 * page) == 0);
}

static void fixed_replaces_and_noreplace_refuses(void)
{
    char* memory = map(NULL, 4 * page, PROT_READ | PROT_WRITE, 0);
    CHECK(memory != MAP_FAILED);
    memset(memory, 1, 4 * page);
    CHECK(map(memory + page, page, PROT_READ | PROT_WRITE, MAP_FIXED) == memory + page);
    CHECK(memory[0] == 1 && memory[page] == 0 && memory[2 * page] == 1);
    CHECK_FAILS(map(memory, page, PROT_READ, 0x100000), EEXIST); // MAP_FIXED_NOREPLACE
    CHECK(munmap(memory, 4 * page) == 0);
}

static void a_hole_can_be_unmapped_and_filled(void)
{
    char* memory = map(NULL, 3 * page, PROT_READ | PROT_WRITE, 0);
    CHECK(memory != MAP_FAILED);
    memory[0] = 1;
    memory[2 * page] = 3;
    CHECK(munmap(memory + page, page) == 0);
    CHECK_FAILS(mprotect(memory, 3 * page, PROT_READ), ENOMEM);
    CHECK(map(memory + page, page, PROT_READ, MAP_FIXED) == memory + page);
    CHECK(memory[page] == 0 && memory[2 * page] == 3);
    CHECK(munmap(memory, 3 * page) == 0);
}

static void protection_can_be_taken_and_given_back(void)
{
    char* memory = map(NULL, 2 * page, PROT_READ | PROT_WRITE, 0);
    CHECK(memory != MAP_FAILED);
    memory[page] = 42;
    CHECK(mprotect(memory, 2 * page, PROT_READ) == 0);
    CHECK(memory[page] == 42);
    // The kernel respects it, too: a read(2) into it fails.
    CHECK(syscall(SYS_uname, memory) == -1 && errno == EFAULT);
    CHECK(mprotect(memory, 2 * page, PROT_READ | PROT_WRITE) == 0);
    memory[page] = 43;
    CHECK(memory[page] == 43);
    CHECK(munmap(memory, 2 * page) == 0);
}

static void discarded_pages_read_as_zero(void)
{
    char* memory = map(NULL, 2 * page, PROT_READ | PROT_WRITE, 0);
    CHECK(memory != MAP_FAILED);
    memset(memory, 7, 2 * page);
    CHECK(madvise(memory, page, MADV_DONTNEED) == 0);
    CHECK(memory[0] == 0 && memory[page] == 7);
    CHECK(munmap(memory, 2 * page) == 0);
}

static void the_break_moves(void)
{
    const uintptr_t start = (uintptr_t)syscall(SYS_brk, 0);
    CHECK(start != 0);
    CHECK((uintptr_t)syscall(SYS_brk, start + 10 * page) == start + 10 * page);
    char* const heap = (char*)start;
    CHECK(heap[9 * page] == 0);
    heap[9 * page] = 1;
    CHECK((uintptr_t)syscall(SYS_brk, start) == start);
    CHECK((uintptr_t)syscall(SYS_brk, start + 10 * page) == start + 10 * page);
    CHECK(heap[9 * page] == 0);
    CHECK((uintptr_t)syscall(SYS_brk, start) == start);
}

static void wrong_requests_are_refused(void)
{
    CHECK_FAILS(map(NULL, 0, PROT_READ, 0), EINVAL);
    CHECK_FAILS(mmap(NULL, page, PROT_READ, MAP_ANONYMOUS, -1, 0), EINVAL);
    CHECK_FAILS(mmap(NULL, page, PROT_READ, MAP_PRIVATE, 99, 0), EBADF);
    CHECK_FAILS(map(NULL, (size_t)1 << 62, PROT_READ, 0), ENOMEM);
    CHECK_FAILS(map(NULL, (size_t)-1, PROT_READ, 0), ENOMEM);
    CHECK_FAILS(map((void*)(intptr_t)(page + 1), page, PROT_READ, MAP_FIXED), EINVAL);
    CHECK_FAILS(map((void*)(intptr_t)page, page, PROT_READ, MAP_FIXED), EPERM);
    CHECK_FAILS(map((void*)0x7ffffffff000, page, PROT_READ, MAP_FIXED), ENOMEM);
    CHECK_FAILS(map((void*)0xffff800000000000, page, PROT_READ, MAP_FIXED), ENOMEM);
    CHECK_FAILS(syscall(SYS_mmap, 0, page, PROT_READ, MAP_PRIVATE, 1, 1), EINVAL);
    CHECK_FAILS(syscall(SYS_mmap, 0, 2 * page, PROT_READ, MAP_PRIVATE, 1, -1L & -page), EOVERFLOW);
    CHECK_FAILS(syscall(SYS_mprotect, page, -1L, PROT_READ), ENOMEM);
    CHECK_FAILS(syscall(SYS_mprotect, 0xffff800000000000, page, PROT_READ), ENOMEM);
    CHECK_FAILS(syscall(SYS_munmap, page, -1L), EINVAL);
    CHECK_FAILS(syscall(SYS_munmap, 0x7fffffffe000, 2 * page), EINVAL);
    CHECK_FAILS(syscall(SYS_mprotect, page + 1, page, PROT_READ), EINVAL);
    CHECK_FAILS(syscall(SYS_munmap, page, 0), EINVAL);
    CHECK_FAILS(syscall(SYS_munmap, 0xffff800000000000, page), EINVAL);
}

// A hint that cannot be followed is no error.
static void hints_are_only_hints(void)
{
    void* const hints[] = {(void*)0xffff800000000000, (void*)0x7ffffffff000, (void*)0x8000000000000001, (void*)1};
    for (int i = 0; i < 4; ++i) {
        char* const memory = map(hints[i], 2 * page, PROT_READ | PROT_WRITE, 0);
        CHECK(memory != MAP_FAILED);
        memory[page] = 1;
        CHECK(munmap(memory, 2 * page) == 0);
    }
    const uintptr_t start = (uintptr_t)syscall(SYS_brk, 0);
    CHECK((uintptr_t)syscall(SYS_brk, -1L) == start);
    CHECK((uintptr_t)syscall(SYS_brk, 1) == start);
}

static void malloc_gives_and_takes_back(void)
{
    void* blocks[100];
    for (int round = 0; round < 3; ++round) {
        for (int i = 0; i < 100; ++i) {
            const size_t size = (size_t)(i + 1) * 257;
            blocks[i] = malloc(size);
            CHECK(blocks[i] != NULL);
            memset(blocks[i], i, size);
        }
        for (int i = 0; i < 100; ++i) {
            CHECK(((unsigned char*)blocks[i])[i] == i);
            free(blocks[i]);
        }
    }
    void* const large = malloc(8 << 20);
    CHECK(large != NULL);
    free(large);
}

int main(void)
{
    anonymous_memory_is_zero_and_ours();
    fixed_replaces_and_noreplace_refuses();
    a_hole_can_be_unmapped_and_filled();
    protection_can_be_taken_and_given_back();
    discarded_pages_read_as_zero();
    the_break_moves();
    wrong_requests_are_refused();
    hints_are_only_hints();
    malloc_gives_and_takes_back();
    puts("memory: all as it should be");
    return 0;
}
