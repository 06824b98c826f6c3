// PID 1 of configs/shell.json: makes the file systems that programs expect, and runs a shell on the console, with job
// control. When the shell ends, so does the machine, with its status.
#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char console[] = "/dev/ttyS0"; // not /dev/console, which is nobody's controlling terminal
static char shell[] = "/bin/sh";
static char shell_name[] = "-sh"; // a login shell: reads /etc/profile

static void complain(const char* what) { dprintf(2, "init: %s: %s\n", what, strerror(errno)); }

static void mount_at(const char* type, const char* folder, unsigned long flags, const char* options)
{
    mkdir(folder, 0755);
    if (mount(type, folder, type, flags, options) != 0 && errno != EBUSY)
        complain(folder);
}

static void mount_file_systems(void)
{
    mount_at("proc", "/proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
    mount_at("sysfs", "/sys", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
    mount_at("devtmpfs", "/dev", MS_NOSUID, "mode=0755");
    mount_at("devpts", "/dev/pts", MS_NOSUID | MS_NOEXEC, "mode=0620,ptmxmode=0666");
    mount_at("tmpfs", "/tmp", MS_NOSUID | MS_NODEV, "mode=1777");
}

static void set_host_name(void)
{
    char name[65];
    const int file = open("/etc/hostname", O_RDONLY | O_CLOEXEC);
    const ssize_t length = file < 0 ? -1 : read(file, name, sizeof name);
    if (file >= 0)
        close(file);
    if (length > 1 && sethostname(name, (size_t)length - 1) != 0)
        complain("host name");
}

// The leader of a session opens a terminal, which becomes the session's.
static void take_console(void)
{
    setsid();
    const int terminal = open(console, O_RDWR);
    if (terminal < 0) {
        complain(console);
        return;
    }
    for (int descriptor = 0; descriptor < 3; ++descriptor)
        dup2(terminal, descriptor);
    if (terminal > 2)
        close(terminal);
}

static _Noreturn void run_shell(void)
{
    take_console();
    setenv("HOME", "/root", 1);
    setenv("USER", "root", 1);
    setenv("SHELL", shell, 1);
    if (chdir("/root") != 0)
        complain("/root");
    char* const arguments[] = {shell_name, NULL};
    execv(shell, arguments);
    complain(shell);
    _exit(127);
}

static int status_of(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status); }

int main(void)
{
    mount_file_systems();
    set_host_name();

    const pid_t child = fork();
    if (child < 0) {
        complain("fork");
        return 125;
    }
    if (child == 0)
        run_shell();
    for (;;) { // orphans too: they become ours
        int status;
        const pid_t ended = wait(&status);
        if (ended == child)
            return status_of(status);
        if (ended < 0 && errno != EINTR) {
            complain("wait");
            return 125;
        }
    }
}
