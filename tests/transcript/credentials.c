// User and group IDs, supplementary groups, capabilities, limits: by root, and by who has stopped being that.
#define _GNU_SOURCE

#include <errno.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void show(const char* what, long result)
{
    if (result < 0)
        printf("%s: %s\n", what, strerror(errno));
    else
        printf("%s: %ld\n", what, result);
}

static void show_ids(void)
{
    uid_t real, effective, saved;
    getresuid(&real, &effective, &saved);
    printf("users %d %d %d", (int)real, (int)effective, (int)saved);
    getresgid(&real, &effective, &saved);
    printf(", groups %d %d %d\n", (int)real, (int)effective, (int)saved);
}

// In a child: IDs do not come back.
static void in_child(const char* what, void (*function)(void))
{
    printf("-- %s\n", what);
    const pid_t child = fork();
    if (child == 0) {
        function();
        _exit(0);
    }
    int status;
    waitpid(child, &status, 0);
    if (status != 0)
        printf("status %x\n", status);
}

static long set_users(long real, long effective, long saved) { return syscall(SYS_setresuid, real, effective, saved); }

static void root_gives_up(void)
{
    show_ids();
    show("setuid", syscall(SYS_setuid, 1000));
    show_ids();
    long result = syscall(SYS_setuid, 0);
    show("back", result);
    result = syscall(SYS_setuid, 1001);
    show("another", result);
    result = syscall(SYS_setgid, 5);
    show("a group", result);
    result = kill(1, 0);
    show("signal to init", result);
    result = syscall(SYS_setgroups, 0, NULL);
    show("setgroups", result);
}

static void root_for_a_while(void)
{
    show("effective", set_users(-1, 1000, -1));
    show_ids();
    show("back", set_users(-1, 0, -1));
    show_ids();
    show("all but saved", set_users(1000, 1000, 0));
    show("setuid to saved", syscall(SYS_setuid, 0));
    show_ids();
    show("no more", set_users(1000, 1001, 1002));
    show_ids();
    show("exchange", set_users(1002, 1000, 1001));
    const long result = set_users(-1, 7, -1);
    show("none of them", result);
    show_ids();
}

static void old_calls(void)
{
    show("setregid", syscall(SYS_setregid, 10, 20));
    show_ids();
    show("setreuid", syscall(SYS_setreuid, 100, 200));
    show_ids();
    show("exchange", syscall(SYS_setreuid, 200, 100));
    show_ids();
    const long result = syscall(SYS_setreuid, 300, -1);
    show("another", result);
}

static void file_users(void)
{
    printf("fsuid %d", setfsuid(55));
    printf(" then %d", setfsuid(-1));
    printf(" then %d\n", setfsuid(0));
    printf("fsgid %d", setfsgid(66));
    printf(" then %d\n", setfsgid(-1));
}

static void supplementary(void)
{
    const gid_t set[] = {30, 10, 20};
    gid_t got[8];
    show("setgroups", syscall(SYS_setgroups, 3, set));
    show("count", getgroups(0, NULL));
    const int count = getgroups(8, got);
    for (int i = 0; i < count; ++i)
        printf("%d ", (int)got[i]);
    printf("\n");
    long result = getgroups(2, got);
    show("too little room", result);
    result = syscall(SYS_getgroups, -1, got);
    show("negative", result);
    result = syscall(SYS_setgroups, 65537, set);
    show("too many", result);
}

struct header {
    unsigned version;
    int pid;
};
struct data {
    unsigned effective, permitted, inheritable;
};

static void capabilities(void)
{
    struct header header = {0x20080522, 0};
    struct data data[2];
    show("capget", syscall(SYS_capget, &header, data));
    const struct data had = data[0];
    printf("effective is permitted: %d\n", had.effective == had.permitted);
    data[0].effective &= ~(1U << 5);
    show("capset without CAP_KILL", syscall(SYS_capset, &header, data));
    data[0].permitted &= ~(1U << 6);
    data[0].effective &= ~(1U << 6);
    show("and CAP_SETGID for ever", syscall(SYS_capset, &header, data));
    long result = syscall(SYS_setgid, 77);
    show("setgid", result);
    data[0].permitted |= 1U << 6;
    result = syscall(SYS_capset, &header, data);
    show("take it back", result);
    header.version = 1;
    result = syscall(SYS_capget, &header, data);
    show("unknown version", result);
    printf("known: %x\n", header.version);
    syscall(SYS_setuid, 1000);
    header.version = 0x20080522;
    syscall(SYS_capget, &header, data);
    printf("as a user: %x %x\n", data[0].effective, data[0].permitted);
}

static void limits(void)
{
    struct rlimit limit = {100, 200}, got;
    show("set", setrlimit(RLIMIT_NOFILE, &limit));
    getrlimit(RLIMIT_NOFILE, &got);
    printf("got %d %d\n", (int)got.rlim_cur, (int)got.rlim_max);
    limit.rlim_cur = 300;
    long result = setrlimit(RLIMIT_NOFILE, &limit);
    show("soft above hard", result);
    result = syscall(SYS_getrlimit, 99, &got);
    show("no resource", result);
    const pid_t child = fork();
    if (child == 0) {
        getrlimit(RLIMIT_NOFILE, &got);
        _exit((int)got.rlim_cur);
    }
    int status;
    waitpid(child, &status, 0);
    printf("inherited %d\n", WEXITSTATUS(status));
    syscall(SYS_setuid, 1000);
    limit.rlim_cur = limit.rlim_max = 150;
    show("a user lowers", setrlimit(RLIMIT_NOFILE, &limit));
    limit.rlim_max = 160;
    result = setrlimit(RLIMIT_NOFILE, &limit);
    show("and cannot raise", result);
    result = prlimit(1, RLIMIT_NOFILE, NULL, &got);
    show("init's", result);
}

static pid_t victim;
static void signal_others(void)
{
    syscall(SYS_setuid, 1000);
    long result = kill(victim, SIGTERM);
    show("another user's process", result);
    result = kill(getpid(), 0);
    show("one's own", result);
}

int main(void)
{
    setvbuf(stdout, NULL, _IONBF, 0);
    in_child("root gives up", root_gives_up);
    in_child("root for a while", root_for_a_while);
    in_child("old calls", old_calls);
    in_child("file users", file_users);
    in_child("supplementary groups", supplementary);
    in_child("capabilities", capabilities);
    in_child("limits", limits);
    victim = fork();
    if (victim == 0)
        for (;;)
            pause();
    in_child("signals", signal_others);
    kill(victim, SIGKILL);
    wait(NULL);
    return 0;
}
