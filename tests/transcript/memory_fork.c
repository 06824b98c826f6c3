// Memory of processes that were forked: what is copied, what is shared, what is not there.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { page = 4096 };

static char* map(size_t pages, int flags)
{
    return mmap(NULL, pages * page, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | flags, -1, 0);
}

static int status_of(pid_t child)
{
    int status = -1;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

static char global[3 * page] = "global";

static void what_is_written_is_ones_own(void)
{
    char* const memory = map(3, MAP_PRIVATE);
    char stack[64] = "stack";
    char* const heap = malloc(100000);
    strcpy(memory, "memory");
    strcpy(heap, "heap");
    const pid_t child = fork();
    if (child == 0) {
        printf("child sees %s %s %s %s\n", memory, stack, heap, global);
        memory[0] = stack[0] = heap[0] = global[0] = 'C';
        memory[2 * page] = 'n';
        printf("child has %s %s %s %s\n", memory, stack, heap, global);
        _exit(7);
    }
    const int status = status_of(child);
    printf("parent sees %d: %s %s %s %s %d\n", status, memory, stack, heap, global, memory[2 * page]);
    memory[0] = 'P';
    printf("parent has %s\n", memory);
    munmap(memory, 3 * page);
    free(heap);
}

static void generations(void)
{
    char* const memory = map(1, MAP_PRIVATE);
    memory[0] = '0';
    const pid_t child = fork();
    if (child == 0) {
        memory[0] = '1';
        const pid_t grandchild = fork();
        if (grandchild == 0) {
            printf("grandchild sees %s\n", memory);
            memory[0] = '2';
            printf("grandchild has %s\n", memory);
            _exit(2);
        }
        printf("child: %d %s\n", status_of(grandchild), memory);
        _exit(1);
    }
    printf("parent: %d %s\n", status_of(child), memory);
}

static void shared_memory(void)
{
    char* const memory = map(4, MAP_SHARED);
    strcpy(memory, "before");
    const pid_t child = fork();
    if (child == 0) {
        printf("child sees %s\n", memory);
        strcpy(memory, "after");
        strcpy(memory + 3 * page, "new page");
        _exit(0);
    }
    printf("%d %s %s\n", status_of(child), memory, memory + 3 * page);
}

static void shared_files(void)
{
    const int file = open("shared", O_RDWR | O_CREAT, 0600);
    ftruncate(file, 2 * page);
    char* const shared = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    char* const private = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);
    private[page] = 'p';
    const pid_t child = fork();
    if (child == 0) {
        strcpy(shared, "child");
        private[page] = 'q';
        pwrite(file, "too", 3, page + 1);
        _exit(private[page + 1]);
    }
    const int status = status_of(child);
    char text[8] = {0};
    pread(file, text, 5, 0);
    printf("%d %s %s %s %c %d\n", status, text, shared, private, private[page], private[page + 1]);
    pread(file, text, 4, page);
    printf("%d %s\n", text[0], text + 1);
    unlink("shared");
}

static void advised(void)
{
    char* const memory = map(3, MAP_PRIVATE);
    memset(memory, 'x', 3 * page);
    printf("%d\n", madvise(memory, page, MADV_WIPEONFORK));
    printf("%d\n", madvise(memory + page, page, MADV_DONTFORK));
    const pid_t child = fork();
    if (child == 0) {
        unsigned char there;
        printf("child: %d %d %c\n", memory[0], mincore(memory + page, page, &there), memory[2 * page]);
        _exit(0);
    }
    printf("parent: %d %c %c\n", status_of(child), memory[0], memory[page]);
    const pid_t killed = fork();
    if (killed == 0) {
        memory[page] = 1;
        _exit(0);
    }
    printf("touched: %d\n", status_of(killed));
}

static void mappings_of_one_are_no_others(void)
{
    char* const memory = map(2, MAP_PRIVATE);
    const pid_t child = fork();
    if (child == 0) {
        munmap(memory, page);
        mprotect(memory + page, page, PROT_NONE);
        char* const more = map(100, MAP_PRIVATE);
        memset(more, 1, 100 * page);
        syscall(SYS_brk, (char*)syscall(SYS_brk, 0) + 10 * page);
        _exit(0);
    }
    printf("%d\n", status_of(child));
    memory[0] = memory[page] = 'y';
    printf("%c%c\n", memory[0], memory[page]);
}

static void many_pages_many_children(void)
{
    enum { pages = 200, children = 10 };
    char* const memory = map(pages, MAP_PRIVATE);
    for (int i = 0; i < pages; ++i)
        memory[i * page] = (char)i;
    for (int round = 0; round < children; ++round) {
        const pid_t child = fork();
        if (child == 0) {
            int wrong = 0;
            for (int i = 0; i < pages; ++i) {
                wrong += memory[i * page] != (char)(i + round);
                memory[i * page] = 'c';
            }
            _exit(wrong);
        }
        const int wrong = status_of(child);
        for (int i = 0; i < pages; ++i)
            ++memory[i * page];
        printf("%d: %d\n", round, wrong);
    }
}

static void counting_together(void)
{
    enum { children = 4, steps = 2000 };
    int* const count = (int*)(void*)map(1, MAP_SHARED);
    for (int i = 0; i < children; ++i)
        if (fork() == 0) {
            for (int step = 0; step < steps; ++step)
                __atomic_add_fetch(count, 1, __ATOMIC_SEQ_CST);
            _exit(0);
        }
    while (wait(NULL) > 0)
        ;
    printf("%d\n", *count);
}

static void read_and_written_across(void)
{
    char* const memory = map(1, MAP_PRIVATE); // only read before the fork: the page of zeros
    printf("%d\n", memory[0]);
    const pid_t child = fork();
    if (child == 0) {
        memory[0] = 'z';
        _exit(memory[0]);
    }
    printf("%d %d\n", status_of(child), memory[0]);
    const int file = open("/dev/zero", O_RDONLY);
    const pid_t reader = fork();
    if (reader == 0)
        _exit(read(file, memory, page) == page ? 0 : 1); // the kernel writes to a page that is shared
    printf("%d\n", status_of(reader));
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    what_is_written_is_ones_own();
    generations();
    shared_memory();
    shared_files();
    advised();
    mappings_of_one_are_no_others();
    many_pages_many_children();
    counting_together();
    read_and_written_across();
    return 0;
}
