// Runs a program as PID 1 does, the same way on Linux and in the guest: in an empty /tmp, with nothing to read, and
// with a pipe to write to. Shows what it writes, and how it ends.
//
// init [PROGRAM]: without an argument, /program.
#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

static void fail(const char* what)
{
    dprintf(1, "init: %s: %s\n", what, strerror(errno));
    exit(125);
}

// On Linux the output goes to a file. What goes to a terminal is to be the same: no CR before an NL.
static void process_no_output(void)
{
    struct termios settings;
    if (tcgetattr(1, &settings) != 0)
        return;
    settings.c_oflag &= ~(tcflag_t)OPOST;
    tcsetattr(1, TCSANOW, &settings);
}

static void prepare_files(void)
{
    umask(022);
    mkdir("/tmp", 01777);
    mkdir("/proc", 0555);
    mount("proc", "/proc", "proc", 0, NULL); // may be there already
    if (mkdir("/dev/pts", 0755) == 0)
        mount("devpts", "/dev/pts", "devpts", 0, NULL);
    if (mount("tmpfs", "/tmp", "tmpfs", 0, "mode=1777") != 0 && errno != ENODEV && errno != ENOSYS)
        fail("tmpfs on /tmp");
    if (chdir("/tmp") != 0)
        fail("/tmp");
}

static void run_program(char* path, int output)
{
    static char* const environment[] = {"PATH=/bin:/usr/bin", "HOME=/", NULL};
    const int nothing = open("/dev/null", O_RDONLY);
    if (nothing < 0)
        fail("/dev/null");
    dup2(nothing, 0);
    dup2(output, 1);
    dup2(output, 2);
    for (int descriptor = 3; descriptor < 20; ++descriptor)
        close(descriptor);
    setsid();
    char* const arguments[] = {path, NULL};
    execve(path, arguments, environment);
    fail(path);
}

static void write_all(const char* text, ssize_t size)
{
    while (size > 0) {
        const ssize_t written = write(1, text, (size_t)size);
        if (written < 0)
            exit(125);
        text += written;
        size -= written;
    }
}

// Until nobody has the pipe open for writing: a program's children must end, too.
static void show(int input)
{
    char text[4096];
    ssize_t size;
    while ((size = read(input, text, sizeof text)) > 0)
        write_all(text, size);
}

// Everybody; shows an end that is not an ordinary one.
static void reap(pid_t program)
{
    int status;
    for (pid_t ended; (ended = waitpid(-1, &status, 0)) > 0;) {
        if (ended != program)
            continue;
        if (WIFSIGNALED(status))
            dprintf(1, "init: killed by signal %d\n", WTERMSIG(status));
        else if (WEXITSTATUS(status) != 0)
            dprintf(1, "init: ended with status %d\n", WEXITSTATUS(status));
    }
}

int main(int argc, char** argv)
{
    process_no_output();
    prepare_files();
    int ends[2];
    if (pipe(ends) != 0)
        fail("pipe");
    const pid_t program = fork();
    if (program < 0)
        fail("fork");
    if (program == 0)
        run_program(argc > 1 ? argv[1] : "/program", ends[1]);
    close(ends[1]);
    show(ends[0]);

    reap(program);
    return 0;
}
