// fork, exit and wait: what is copied, what is told.
#define _GNU_SOURCE

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static int global = 1;

static void show_status(const char* what, int status)
{
    if (WIFEXITED(status))
        printf("%s: exited with %d\n", what, WEXITSTATUS(status));
    else if (WIFSIGNALED(status))
        printf("%s: killed by %d%s\n", what, WTERMSIG(status), WCOREDUMP(status) ? " (core)" : "");
    else if (WIFSTOPPED(status))
        printf("%s: stopped by %d\n", what, WSTOPSIG(status));
    else if (WIFCONTINUED(status))
        printf("%s: continued\n", what);
    else
        printf("%s: status %x\n", what, status);
}

static void memory_is_copied(void)
{
    int local = 2;
    int* const heap = malloc(sizeof *heap);
    *heap = 3;
    const pid_t child = fork();
    if (child == 0) {
        global = 10;
        local = 20;
        *heap = 30;
        _exit(global + local + *heap);
    }
    int status;
    printf("waited for the child: %d\n", waitpid(child, &status, 0) == child);
    show_status("child", status);
    printf("parent's memory: %d %d %d\n", global, local, *heap);
    free(heap);
}

static void children_know_their_parent(void)
{
    const pid_t parent = getpid();
    const pid_t child = fork();
    if (child == 0)
        _exit(getppid() == parent && getpid() != parent ? 7 : 8);
    int status;
    waitpid(child, &status, 0);
    show_status("child of its parent", status);
}

static void nobody_to_wait_for(void)
{
    int status;
    int result = wait(&status);
    printf("wait: %d %s\n", result, strerror(errno));
    result = waitpid(1, &status, 0);
    printf("waitpid of init: %d %s\n", result, strerror(errno));
    result = waitpid(-1, &status, 0x1000);
    printf("bad options: %d %s\n", result, strerror(errno));
}

static void ends_by_signals(void)
{
    static const int signals[] = {SIGKILL, SIGTERM, SIGSEGV, SIGABRT, SIGUSR1, SIGALRM, SIGHUP, SIGPIPE};
    for (unsigned i = 0; i < sizeof signals / sizeof *signals; ++i) {
        const pid_t child = fork();
        if (child == 0) {
            raise(signals[i]);
            _exit(99);
        }
        int status;
        waitpid(child, &status, 0);
        show_status("raised", status);
    }
}

static void order_and_no_hang(void)
{
    int ends[2];
    if (pipe(ends) != 0)
        exit(1);
    const pid_t child = fork();
    if (child == 0) {
        char byte;
        close(ends[1]);
        if (read(ends[0], &byte, 1) != 1)
            _exit(2);
        _exit(0);
    }
    int status = 77;
    printf("nothing yet: %d, status untouched: %d\n", waitpid(child, &status, WNOHANG), status == 77);
    close(ends[0]);
    if (write(ends[1], "x", 1) != 1)
        printf("write: %s\n", strerror(errno));
    close(ends[1]);
    waitpid(child, &status, 0);
    show_status("let go", status);
}

static void many(void)
{
    enum { children = 20 };
    pid_t pids[children];
    for (int i = 0; i < children; ++i) {
        pids[i] = fork();
        if (pids[i] == 0)
            _exit(i);
    }
    int sum = 0;
    for (int i = children - 1; i >= 0; --i) {
        int status;
        if (waitpid(pids[i], &status, 0) == pids[i])
            sum += WEXITSTATUS(status);
    }
    printf("sum of statuses: %d\n", sum);
}

static void orphans_go_elsewhere(void)
{
    int ends[2];
    if (pipe(ends) != 0)
        exit(1);
    const pid_t child = fork();
    if (child == 0) {
        const pid_t middle = getpid();
        if (fork() == 0) {
            while (getppid() == middle)
                usleep(1000);
            const char answer = getppid() == 1 ? 'i' : 'o';
            if (write(ends[1], &answer, 1) != 1)
                _exit(1);
            _exit(0);
        }
        _exit(0);
    }
    int status;
    waitpid(child, &status, 0);
    char answer = '?';
    if (read(ends[0], &answer, 1) != 1)
        printf("read: %s\n", strerror(errno));
    printf("grandchild's parent: %c\n", answer);
    close(ends[0]);
    close(ends[1]);
}

int main(void)
{
    setvbuf(stdout, NULL, _IONBF, 0);
    memory_is_copied();
    children_know_their_parent();
    nobody_to_wait_for();
    ends_by_signals();
    order_and_no_hang();
    many();
    orphans_go_elsewhere();
    return 0;
}
