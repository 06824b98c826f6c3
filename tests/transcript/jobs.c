// Process groups, sessions, stopping and continuing, waitid.
#define _GNU_SOURCE

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static void show(const char* what, long result)
{
    if (result < 0)
        printf("%s: %s\n", what, strerror(errno));
    else
        printf("%s: %ld\n", what, result);
}

static void sleep_for_ever(void)
{
    for (;;)
        pause();
}

static pid_t start(void (*what)(void))
{
    const pid_t child = fork();
    if (child == 0) {
        what();
        _exit(0);
    }
    return child;
}

static void groups(void)
{
    printf("own group is the session's: %d\n", getpgrp() == getsid(0));
    printf("leads: %d\n", getpid() == getsid(0));
    long result = setsid();
    show("setsid of a leader", result);
    result = setpgid(0, 0);
    show("setpgid of a session leader", result);
    const pid_t child = start(sleep_for_ever);
    printf("child's group is ours: %d\n", getpgid(child) == getpgrp());
    show("setpgid of the child", setpgid(child, 0));
    printf("its own now: %d\n", getpgid(child) == child);
    result = setpgid(child, 999999);
    show("into no group", result);
    result = setpgid(999999, 0);
    show("of nobody", result);
    result = setpgid(child, -1);
    show("into -1", result);
    result = getpgid(999999);
    show("group of nobody", result);
    show("kill of its group", kill(-child, SIGTERM));
    int status;
    printf("wait for the group: %d\n", waitpid(-child, &status, 0) == child);
    printf("by %d\n", WTERMSIG(status));
    result = waitpid(-child, &status, 0);
    show("again", result);
}

static void new_session(void)
{
    const pid_t parent_session = getsid(0);
    setsid();
    _exit(getsid(0) == getpid() && getpgrp() == getpid() && getsid(getppid()) == parent_session ? 5 : 6);
}

static void sessions(void)
{
    int status;
    waitpid(start(new_session), &status, 0);
    printf("a session of one's own: %d\n", WEXITSTATUS(status));
}

static void stops(void)
{
    const pid_t child = start(sleep_for_ever);
    int status;
    static const int by[] = {SIGSTOP, SIGSTOP};
    for (unsigned i = 0; i < sizeof by / sizeof *by; ++i) {
        kill(child, by[i]);
        waitpid(child, &status, WUNTRACED);
        printf("stopped %d by %d\n", WIFSTOPPED(status), WSTOPSIG(status));
        printf("told once: %d\n", waitpid(child, &status, WUNTRACED | WNOHANG));
        kill(child, SIGCONT);
        waitpid(child, &status, WCONTINUED);
        printf("continued %d\n", WIFCONTINUED(status));
    }
    kill(child, SIGSTOP);
    siginfo_t info;
    memset(&info, 0, sizeof info);
    show("waitid", waitid(P_PID, (id_t)child, &info, WSTOPPED | WNOWAIT));
    printf("code %d status %d ours %d\n", info.si_code, info.si_status, info.si_pid == child);
    memset(&info, 0, sizeof info);
    show("and again", waitid(P_PID, (id_t)child, &info, WSTOPPED));
    printf("code %d status %d\n", info.si_code, info.si_status);
    memset(&info, 1, sizeof info);
    show("nothing", waitid(P_PID, (id_t)child, &info, WSTOPPED | WEXITED | WNOHANG));
    printf("signo %d pid %d\n", info.si_signo, info.si_pid);
    kill(child, SIGTERM); // waits until it is continued
    printf("still stopped: %d\n", waitpid(child, &status, WNOHANG));
    kill(child, SIGKILL); // does not
    show("waitid", waitid(P_ALL, 0, &info, WEXITED));
    printf("code %d status %d\n", info.si_code, info.si_status);
    long result = waitid(P_ALL, 0, &info, WEXITED);
    show("nobody left", result);
    result = waitid(P_ALL, 0, &info, 0);
    show("nothing to wait for", result);
    result = waitid(P_PID, 0, &info, WEXITED);
    show("PID 0", result);
}

static volatile sig_atomic_t told;
static int codes[8];
static void note(int number, siginfo_t* info, void* context)
{
    (void)number;
    (void)context;
    if (told < 8)
        codes[told++] = info->si_code;
}

static void children_are_told(void)
{
    struct sigaction action = {.sa_sigaction = note, .sa_flags = SA_SIGINFO | SA_RESTART};
    sigaction(SIGCHLD, &action, NULL);
    pid_t child = start(sleep_for_ever);
    int status;
    kill(child, SIGSTOP);
    waitpid(child, &status, WUNTRACED);
    kill(child, SIGCONT);
    waitpid(child, &status, WCONTINUED);
    while (told < 2) // the child tells when it runs again
        usleep(1000);
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
    for (int i = 0; i < told; ++i)
        printf("SIGCHLD with %d\n", codes[i]);
    told = 0;
    action.sa_flags |= SA_NOCLDSTOP;
    sigaction(SIGCHLD, &action, NULL);
    child = start(sleep_for_ever);
    kill(child, SIGSTOP);
    waitpid(child, &status, WUNTRACED);
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
    printf("with SA_NOCLDSTOP: %d\n", (int)told);
    action.sa_flags |= SA_NOCLDWAIT;
    sigaction(SIGCHLD, &action, NULL);
    child = start(sleep_for_ever);
    kill(child, SIGKILL);
    const long result = waitpid(child, &status, 0);
    show("with SA_NOCLDWAIT", result);
    signal(SIGCHLD, SIG_DFL);
}

static void reaper_of_grandchildren(void)
{
    show("subreaper", prctl(PR_SET_CHILD_SUBREAPER, 1));
    int ends[2];
    if (pipe(ends) != 0)
        exit(1);
    const pid_t child = fork();
    if (child == 0) {
        if (fork() == 0) {
            char byte;
            close(ends[1]);
            if (read(ends[0], &byte, 1) != 0)
                _exit(1);
            _exit(11);
        }
        _exit(12);
    }
    int status;
    waitpid(child, &status, 0);
    printf("child: %d\n", WEXITSTATUS(status));
    close(ends[1]);
    close(ends[0]);
    wait(&status);
    printf("grandchild: %d\n", WEXITSTATUS(status));
    prctl(PR_SET_CHILD_SUBREAPER, 0);
}

static void names_and_deaths(void)
{
    char name[16];
    prctl(PR_SET_NAME, "a name that is too long");
    prctl(PR_GET_NAME, name);
    printf("name: %s\n", name);
    int death = 77;
    prctl(PR_GET_PDEATHSIG, &death);
    printf("death signal: %d\n", death);
    show("set", prctl(PR_SET_PDEATHSIG, SIGUSR1));
    prctl(PR_GET_PDEATHSIG, &death);
    printf("death signal: %d\n", death);
    prctl(PR_SET_PDEATHSIG, 0);
    long result = prctl(PR_SET_PDEATHSIG, 65);
    show("bad", result);
    printf("dumpable: %d\n", prctl(PR_GET_DUMPABLE));
    result = prctl(12345);
    show("no operation", result);
    printf("no_new_privs: %d", prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
    printf(" %d", prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
    printf(" %d\n", prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
}

int main(void)
{
    setvbuf(stdout, NULL, _IONBF, 0);
    groups();
    sessions();
    stops();
    children_are_told();
    reaper_of_grandchildren();
    names_and_deaths();
    return 0;
}
