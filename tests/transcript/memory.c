// Memory by itself: mmap and its like, what they refuse, and what is in the pages.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { page = 4096 };
#ifndef MREMAP_DONTUNMAP
#define MREMAP_DONTUNMAP 4
#endif

static void show(const char* what, long result)
{
    const int error = result < 0 ? errno : 0;
    printf("%s: %ld %d\n", what, result, error);
}
static void show_address(const char* what, const void* result)
{
    if (result == MAP_FAILED)
        printf("%s: failed %d\n", what, errno);
    else
        printf("%s: ok\n", what);
}
static void show_place(const char* what, const void* result, const void* expected)
{
    if (result == MAP_FAILED)
        printf("%s: failed %d\n", what, errno);
    else
        printf("%s: %s\n", what, result == expected ? "in place" : "elsewhere");
}
static char* map(size_t pages, int protection, int flags)
{
    return mmap(NULL, pages * page, protection, MAP_ANONYMOUS | flags, -1, 0);
}
static char* memory(size_t pages) { return map(pages, PROT_READ | PROT_WRITE, MAP_PRIVATE); }
static void* raw_mmap(void* where, size_t size, int protection, int flags, int file, long offset)
{
    return (void*)syscall(SYS_mmap, where, size, protection, flags, file, offset);
}

static void refusals(void)
{
    show_address("no size", raw_mmap(NULL, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    show_address("no type", raw_mmap(NULL, page, PROT_READ, MAP_ANONYMOUS, -1, 0));
    show_address("no file", raw_mmap(NULL, page, PROT_READ, MAP_PRIVATE, 77, 0));
    show_address("no file, no size", raw_mmap(NULL, 0, PROT_READ, MAP_PRIVATE, 77, 0));
    show_address("offset in a page", raw_mmap(NULL, page, PROT_READ, MAP_PRIVATE, 77, 5));
    show_address("offset overflows", raw_mmap(NULL, 2 * page, PROT_READ, MAP_PRIVATE, 0, -1L & -page));
    show_address("too large", raw_mmap(NULL, (size_t)1 << 62, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    show_address("far too large", raw_mmap(NULL, (size_t)-1, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    show_address("fixed, not a page",
                 raw_mmap((void*)(intptr_t)0x10001, page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0));
    show_address("a directory", raw_mmap(NULL, page, PROT_READ, MAP_PRIVATE, open(".", O_RDONLY), 0));
    show_address("shared, growing down",
                 raw_mmap(NULL, page, PROT_READ, MAP_SHARED | MAP_ANONYMOUS | MAP_GROWSDOWN, -1, 0));
    show("munmap of nothing", munmap((void*)0x10000, 0));
    show("munmap inside of a page", munmap((void*)0x10001, page));
    show("munmap of what is not there", munmap((void*)0x10000, page));
    show("munmap beyond the end", munmap((void*)0x7ffffffff000, 16 * page));
}

static void places(void)
{
    char* const all = memory(8);
    all[3 * page] = 'x';
    show_address("noreplace on what is there",
                 mmap(all, page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0));
    show("hole", munmap(all + 2 * page, 2 * page));
    show_place(
        "noreplace in the hole",
        mmap(all + 2 * page, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0),
        all + 2 * page);
    show_place("hint that is free", mmap(all + 3 * page, page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
               all + 3 * page);
    show_place("hint that is taken", mmap(all + 3 * page, page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
               all + 3 * page);
    printf("fresh: %d\n", all[3 * page]);
    show_place("fixed", mmap(all, 8 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0),
               all);
    show("all at once", munmap(all, 8 * page));
    show("msync of what is gone", msync(all, page, MS_SYNC));
}

static void protections(void)
{
    char* const all = memory(6);
    memset(all, 'p', 6 * page);
    show("read only", mprotect(all + page, page, PROT_READ));
    show("read(2) into it", read(open("/dev/zero", O_RDONLY), all + page, 1));
    show("none", mprotect(all + 2 * page, page, PROT_NONE));
    show("write(2) from it", write(open("/dev/null", O_WRONLY), all + 2 * page, 1) == 1 ? 1 : 0);
    show("both again", mprotect(all, 6 * page, PROT_READ | PROT_WRITE));
    printf("%c%c%c\n", all[page], all[2 * page], all[3 * page]);
    show("no such protection", mprotect(all, page, 0x70));
    show("inside of a page", mprotect(all + 1, page, PROT_READ));
    show("no size", mprotect(all, 0, PROT_READ));
    show("not a stack", mprotect(all, page, PROT_READ | PROT_GROWSDOWN));
    munmap(all + page, page);
    show("with a hole", mprotect(all + page, 2 * page, PROT_READ));
    show("beyond the end", mprotect((void*)0x1000, -1L, PROT_READ));
    munmap(all, 6 * page);
}

static void remappings(void)
{
    char* all = memory(4);
    strcpy(all, "first");
    strcpy(all + 3 * page, "last");
    char* const target = memory(16);
    char* moved = mremap(all, 4 * page, 8 * page, MREMAP_MAYMOVE | MREMAP_FIXED, target);
    show_place("moved", moved, target);
    printf("%s %s %d\n", moved, moved + 3 * page, moved[7 * page]);
    show("old is gone", msync(all, page, MS_SYNC));
    show_place("smaller", mremap(moved, 8 * page, 2 * page, 0), moved);
    show("its tail is gone", msync(moved + 2 * page, page, MS_SYNC));
    show_place("larger in place", mremap(moved, 2 * page, 4 * page, 0), moved);
    show_address("no room", mremap(moved + page, page, 64 * page, 0));
    show_address("no size", mremap(moved, page, 0, 0));
    show_address("inside of a page", mremap(moved + 1, page, page, 0));
    show_address("fixed without maymove", mremap(moved, page, page, MREMAP_FIXED, target + 10 * page));
    show_address("onto itself", mremap(moved, 4 * page, 4 * page, MREMAP_MAYMOVE | MREMAP_FIXED, moved + page));
    show_address("more than there is", mremap(moved, 6 * page, 12 * page, MREMAP_MAYMOVE));
    show_address("no such flag", mremap(moved, page, page, 64));
    show_address("private, of no size", mremap(moved, 0, page, MREMAP_MAYMOVE));
    moved[0] = 'F';
    char* const kept = mremap(moved, page, page, MREMAP_MAYMOVE | MREMAP_DONTUNMAP);
    show_address("only the pages", kept);
    printf("%s %d\n", kept, moved[0]);
    show_address("not mapped", mremap((void*)0x20000, page, 2 * page, MREMAP_MAYMOVE));

    char* const shared = map(2, PROT_READ | PROT_WRITE, MAP_SHARED);
    strcpy(shared, "shared");
    char* const second = mremap(shared, 0, 2 * page, MREMAP_MAYMOVE);
    show_address("a second view", second);
    second[0] = 'S';
    printf("%s\n", shared);
}

static void residence(void)
{
    char* const all = memory(5);
    unsigned char there[8] = {9, 9, 9, 9, 9, 9, 9, 9};
    all[page] = 1;
    (void)*(volatile char*)(all + 3 * page);
    show("mincore", mincore(all, 5 * page, there));
    printf("%d %d %d %d %d %d\n", there[0], there[1], there[2], there[3], there[4], there[5]);
    show("dontneed", madvise(all, 5 * page, MADV_DONTNEED));
    show("mincore", mincore(all, 5 * page, there));
    printf("%d %d %d\n", there[0], there[1], there[3]);
    show("populate", madvise(all, 2 * page, 23));
    mincore(all, 3 * page, there);
    printf("%d %d %d\n", there[0], there[1], there[2]);
    show("mincore inside of a page", mincore(all + 1, page, there));
    show("mincore to nowhere", syscall(SYS_mincore, all, page, 8));
    munmap(all + 2 * page, page);
    show("mincore with a hole", mincore(all, 5 * page, there));
    char* const populated = map(2, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_POPULATE);
    mincore(populated, 2 * page, there);
    printf("%d %d\n", there[0], there[1]);
}

static void advice(void)
{
    char* const all = memory(4);
    memset(all, 'a', 4 * page);
    show("no such advice", madvise(all, page, 77));
    show("inside of a page", madvise(all + 1, page, MADV_NORMAL));
    show("no size", madvise(all, 0, MADV_DONTNEED));
    show("will need", madvise(all, 4 * page, MADV_WILLNEED));
    show("sequential", madvise(all, 4 * page, MADV_SEQUENTIAL));
    munmap(all + page, page);
    show("with a hole", madvise(all, 4 * page, MADV_DONTNEED));
    printf("%d %d\n", all[0], all[3 * page]);
    char* const shared = map(1, PROT_READ | PROT_WRITE, MAP_SHARED);
    shared[0] = 's';
    show("free of what is shared", madvise(shared, page, MADV_FREE));
    show("discard of what is shared", madvise(shared, page, MADV_DONTNEED));
    printf("%c\n", shared[0]);
    show("wipe of what is shared", madvise(shared, page, MADV_WIPEONFORK));
}

static void locking(void)
{
    char* const all = memory(4);
    unsigned char there[4];
    show("mlock", mlock(all + 1, page));
    mincore(all, 4 * page, there);
    printf("%d %d %d\n", there[0], there[1], there[2]);
    show("discard of what is locked", madvise(all, page, MADV_DONTNEED));
    show("invalidate what is locked", msync(all, page, MS_INVALIDATE));
    show("munlock", munlock(all, 2 * page));
    show("discard", madvise(all, page, MADV_DONTNEED));
    show("mlock of nothing", mlock((void*)0x20000, page));
    show("munlock of nothing", munlock((void*)0x20000, page));
    show("mlockall without a flag", mlockall(0));
    show("mlockall with all", mlockall(64));
    show("munlockall", munlockall());
    show("msync both ways", msync(all, page, MS_SYNC | MS_ASYNC));
    show("msync inside of a page", msync(all + 1, page, MS_SYNC));
    show("msync", msync(all, 4 * page, MS_ASYNC));
}

static void the_break(void)
{
    char* const start = (char*)syscall(SYS_brk, 0);
    char* const end = (char*)(((uintptr_t)start + page - 1) & -(uintptr_t)page);
    printf("grows: %d\n", (char*)syscall(SYS_brk, end + 3 * page) == end + 3 * page);
    end[0] = 'h';
    end[2 * page] = 'h';
    printf("shrinks: %d\n", (char*)syscall(SYS_brk, end + page) == end + page);
    printf("grows: %d\n", (char*)syscall(SYS_brk, end + 3 * page) == end + 3 * page);
    printf("%c %d\n", end[0], end[2 * page]);
    printf("not below: %d\n", (char*)syscall(SYS_brk, 16) == end + 3 * page);
    struct rlimit limit;
    getrlimit(RLIMIT_DATA, &limit);
    limit.rlim_cur = page;
    show("limit", setrlimit(RLIMIT_DATA, &limit));
    printf("not above: %d\n", (char*)syscall(SYS_brk, end + 1000 * page) == end + 3 * page);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_DATA, &limit);
}

static void files(void)
{
    const int file = open("mapped", O_RDWR | O_CREAT | O_TRUNC, 0600);
    char text[16] = {0};
    show("write", write(file, "content", 7));
    char* const shared = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    char* const private = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);
    printf("%s %s\n", shared, private);
    memcpy(shared, "CON", 3);
    pread(file, text, 7, 0);
    printf("%s %s\n", text, private);
    private[0] = 'p';
    pwrite(file, "tented!", 7, 1);
    printf("%s %s\n", shared, private);
    shared[10] = '!';
    show("behind the end", pread(file, text, 16, 8));
    show("longer", ftruncate(file, 12));
    show("behind the old end", pread(file, text, 16, 8));
    show("msync", msync(shared, page, MS_SYNC));
    close(file);
    printf("%.4s\n", shared);
    show("unlink", unlink("mapped"));
    shared[0] = 'k';
    printf("%.4s\n", shared);

    const int reader = open("read", O_RDONLY | O_CREAT, 0600);
    const int writer = open("read", O_WRONLY);
    show_address("shared, writable, not open for it", mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, reader, 0));
    show_address("private, writable", mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_PRIVATE, reader, 0));
    show_address("not open for reading", mmap(NULL, page, PROT_READ, MAP_SHARED, writer, 0));
    char* const constant = mmap(NULL, page, PROT_READ, MAP_SHARED, reader, 0);
    show("made writable", mprotect(constant, page, PROT_READ | PROT_WRITE));
    show_address("a flag that is unknown", raw_mmap(NULL, page, PROT_READ, MAP_SHARED_VALIDATE | 0x80000, reader, 0));
    unlink("read");
}

static void limits(void)
{
    struct rlimit limit;
    getrlimit(RLIMIT_AS, &limit);
    const struct rlimit before = limit;
    limit.rlim_cur = 1L << 30;
    show("limit", setrlimit(RLIMIT_AS, &limit));
    show_address("two gigabytes", map(2 << 18, PROT_READ, MAP_PRIVATE | MAP_NORESERVE));
    show_address("a page", map(1, PROT_READ, MAP_PRIVATE));
    char* const all = memory(4);
    show_address("remapped to two gigabytes", mremap(all, 4 * page, 2L << 30, MREMAP_MAYMOVE));
    setrlimit(RLIMIT_AS, &before);
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    refusals();
    places();
    protections();
    remappings();
    residence();
    advice();
    locking();
    the_break();
    files();
    limits();
    return 0;
}
