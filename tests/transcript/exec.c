// execve, vfork and posix_spawn: what a new program finds of the old one's.
#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static char* program;

static void nothing(int number) { (void)number; }

// The new program: tells what it has come with.
static int tell(int argc, char** argv, char** environment)
{
    for (int i = 1; i < argc; ++i)
        printf("argument %d: %s\n", i, argv[i]);
    for (int i = 0; environment[i] != NULL; ++i)
        printf("environment: %s\n", environment[i]);
    printf("descriptor 10: %d, 11: %d\n", fcntl(10, F_GETFD), fcntl(11, F_GETFD));
    struct sigaction action;
    sigaction(SIGUSR1, NULL, &action);
    printf("handler is gone: %d\n", action.sa_handler == SIG_DFL);
    sigaction(SIGUSR2, NULL, &action);
    printf("ignored still: %d\n", action.sa_handler == SIG_IGN);
    sigset_t set;
    sigprocmask(SIG_SETMASK, NULL, &set);
    printf("blocked: %d", sigismember(&set, SIGTERM));
    sigpending(&set);
    printf(", pending: %d\n", sigismember(&set, SIGTERM));
    stack_t stack;
    sigaltstack(NULL, &stack);
    printf("no alternate stack: %d\n", stack.ss_flags == SS_DISABLE);
    char name[16];
    prctl(PR_GET_NAME, name);
    printf("named like the file: %d\n", strncmp(strrchr(argv[0], '/') + 1, name, 15) == 0);
    return 21;
}

static void show_end(const char* what, pid_t child)
{
    int status;
    if (waitpid(child, &status, 0) < 0)
        printf("%s: %s\n", what, strerror(errno));
    else
        printf("%s: %d %d\n", what, WIFEXITED(status), WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
}

static void passes_on(void)
{
    const pid_t child = fork();
    if (child == 0) {
        static char stack[65536];
        const stack_t alternate = {.ss_sp = stack, .ss_size = sizeof stack};
        sigaltstack(&alternate, NULL);
        dup2(1, 10);
        dup2(1, 11);
        fcntl(11, F_SETFD, FD_CLOEXEC);
        signal(SIGUSR1, nothing);
        signal(SIGUSR2, SIG_IGN);
        sigset_t set;
        sigemptyset(&set);
        sigaddset(&set, SIGTERM);
        sigprocmask(SIG_BLOCK, &set, NULL);
        raise(SIGTERM);
        char* const arguments[] = {program, "tell", "two words", "", NULL};
        char* const environment[] = {"A=1", "B=", NULL};
        execve(program, arguments, environment);
        _exit(99);
    }
    show_end("exec", child);
}

static void errors(void)
{
    char* const arguments[] = {"x", NULL};
    int file = open("text", O_CREAT | O_WRONLY, 0755);
    if (write(file, "no program", 10) != 10)
        printf("write: %s\n", strerror(errno));
    close(file);
    file = open("not_executable", O_CREAT | O_WRONLY, 0644);
    close(file);
    mkdir("directory", 0755);
    static const char* const names[] = {"missing", "text", "not_executable", "directory", "text/below", ""};
    for (unsigned i = 0; i < sizeof names / sizeof *names; ++i) {
        execve(names[i], arguments, arguments + 1);
        printf("%s: %s\n", names[i], strerror(errno));
    }
    execve((char*)1, arguments, arguments + 1);
    printf("bad path: %s\n", strerror(errno));
    syscall(SYS_execve, program, 1, arguments + 1);
    printf("bad arguments: %s\n", strerror(errno));
}

static void scripts(void)
{
    char text[4200];
    int file = open("script", O_CREAT | O_WRONLY, 0755);
    const int size = snprintf(text, sizeof text, "#! %s  status three \nignored\n", program);
    if (write(file, text, (size_t)size) != size)
        printf("write: %s\n", strerror(errno));
    close(file);
    const pid_t child = fork();
    if (child == 0) {
        char* const arguments[] = {"zero", "one", NULL};
        execv("./script", arguments);
        _exit(98);
    }
    show_end("script", child);
}

static volatile int shared;

static void vforks(void)
{
    pid_t child = vfork();
    if (child == 0) {
        shared = 5;
        _exit(6);
    }
    printf("vfork shares memory: %d\n", shared);
    show_end("vfork", child);
    child = vfork();
    if (child == 0) {
        execl(program, program, "status", "7", (char*)NULL);
        _exit(97);
    }
    show_end("vfork and exec", child);
    char* const arguments[] = {program, "status", "8", NULL};
    char* const environment[] = {NULL};
    int result = posix_spawn(&child, program, NULL, NULL, arguments, environment);
    printf("posix_spawn: %d\n", result);
    show_end("spawned", child);
    result = posix_spawn(&child, "/missing", NULL, NULL, arguments, environment);
    printf("posix_spawn of nothing: %s\n", strerror(result));
}

int main(int argc, char** argv, char** environment)
{
    setvbuf(stdout, NULL, _IONBF, 0);
    if (argc > 1 && strcmp(argv[1], "tell") == 0)
        return tell(argc, argv, environment);
    if (argc > 1 && strcmp(argv[1], "status three") == 0) {
        printf("script: %s %s, %d arguments\n", argv[2], argv[3], argc);
        return 9;
    }
    if (argc > 2 && strcmp(argv[1], "status") == 0)
        return atoi(argv[2]);
    program = argv[0];
    passes_on();
    errors();
    scripts();
    vforks();
    return 0;
}
