// Pipes, FIFOs and sockets between processes: who waits is woken, who has no reader dies, alarms end waits.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t alarms;

static void on_alarm(int number)
{
    (void)number;
    ++alarms;
}

static void show(const char* what, long result) { printf("%s: %ld %d\n", what, result, result < 0 ? errno : 0); }

static void reap(const char* what)
{
    int status = 0;
    wait(&status);
    printf("%s: exit %d signal %d\n", what, WIFEXITED(status) ? WEXITSTATUS(status) : -1,
           WIFSIGNALED(status) ? WTERMSIG(status) : 0);
}

static void much(int reading, int writing)
{
    if (fork() == 0) {
        static char block[10000];
        for (int i = 0; i < 30; ++i) {
            memset(block, 'a' + i % 26, sizeof block);
            if (write(writing, block, sizeof block) != sizeof block)
                _exit(1);
        }
        _exit(0);
    }
    close(writing);
    char part[7777];
    long total = 0;
    long sum = 0;
    long got;
    while ((got = read(reading, part, sizeof part)) > 0) {
        total += got;
        for (long i = 0; i < got; ++i)
            sum += part[i];
    }
    printf("%ld bytes, sum %ld\n", total, sum);
    reap("writer");
    close(reading);
}

static void killed_by_pipe(void)
{
    int ends[2];
    int go[2];
    char byte;
    pipe(ends);
    pipe(go);
    if (fork() == 0) {
        close(ends[0]);
        close(go[1]);
        read(go[0], &byte, 1); // ends when the parent has closed everything
        write(ends[1], "x", 1);
        _exit(0);
    }
    close(ends[0]);
    close(ends[1]);
    close(go[0]);
    close(go[1]);
    reap("writer without reader");
}

static void fifos(void)
{
    char text[16] = {0};
    show("mkfifo", mkfifo("fifo", 0600));
    show("open to write, nobody reads", open("fifo", O_WRONLY | O_NONBLOCK));
    const int early = open("fifo", O_RDONLY | O_NONBLOCK);
    show("read, nobody writes", read(early, text, 1));
    struct pollfd entry = {.fd = early, .events = POLLIN};
    poll(&entry, 1, 0);
    printf("before a writer: %x\n", entry.revents);
    const int late = open("fifo", O_WRONLY | O_NONBLOCK);
    show("write", write(late, "abc", 3));
    close(late);
    poll(&entry, 1, 0);
    printf("after a writer: %x\n", entry.revents);
    show("read", read(early, text, sizeof text));
    close(early);
    if (fork() == 0) {
        const int fd = open("fifo", O_WRONLY);
        _exit(write(fd, "waited", 6) == 6 ? 0 : 1);
    }
    const int fd = open("fifo", O_RDONLY);
    show("read", read(fd, text, sizeof text));
    show("end", read(fd, text, sizeof text));
    close(fd);
    reap("FIFO's writer");
    unlink("fifo");
}

static void alarm_ends(const char* what, long result)
{
    show(what, result);
    printf("alarms %d\n", (int)alarms);
}

static void alarms_end_waits(void)
{
    int ends[2];
    char byte;
    pipe(ends);
    const struct sigaction action = {.sa_handler = on_alarm};
    sigaction(SIGALRM, &action, NULL);
    const struct itimerval soon = {{0, 0}, {0, 20000}};
    setitimer(ITIMER_REAL, &soon, NULL);
    alarm_ends("read", read(ends[0], &byte, 1));
    struct pollfd entry = {.fd = ends[0], .events = POLLIN};
    setitimer(ITIMER_REAL, &soon, NULL);
    alarm_ends("poll", poll(&entry, 1, -1));
    fd_set set;
    FD_ZERO(&set);
    FD_SET(ends[0], &set);
    setitimer(ITIMER_REAL, &soon, NULL);
    alarm_ends("select", select(ends[0] + 1, &set, NULL, NULL, NULL));
    const int epoll = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN};
    epoll_ctl(epoll, EPOLL_CTL_ADD, ends[0], &event);
    setitimer(ITIMER_REAL, &soon, NULL);
    alarm_ends("epoll_wait", epoll_wait(epoll, &event, 1, -1));

    sigset_t none;
    sigset_t blocked;
    sigemptyset(&none);
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGALRM);
    sigprocmask(SIG_BLOCK, &blocked, NULL);
    raise(SIGALRM);
    alarm_ends("poll with it blocked", poll(&entry, 1, 1));
    alarm_ends("ppoll", ppoll(&entry, 1, NULL, &none));
    raise(SIGALRM);
    alarm_ends("pselect", pselect(0, NULL, NULL, NULL, NULL, &none));
    raise(SIGALRM);
    alarm_ends("epoll_pwait", epoll_pwait(epoll, &event, 1, -1, &none));
    sigset_t now;
    sigprocmask(SIG_UNBLOCK, &blocked, &now);
    printf("blocked again %d\n", sigismember(&now, SIGALRM));

    show("alarm", alarm(1000));
    show("alarm again", alarm(0) > 998);
    show("no alarm", alarm(0));
    struct itimerval value = {{5, 0}, {100, 0}};
    setitimer(ITIMER_REAL, &value, NULL);
    getitimer(ITIMER_REAL, &value);
    printf("interval %ld, value %d\n", (long)value.it_interval.tv_sec, value.it_value.tv_sec >= 99);
    value = (struct itimerval){{0, 0}, {0, 1000000}};
    show("bad time", setitimer(ITIMER_REAL, &value, NULL));
    show("bad timer", setitimer(9, &soon, NULL));
    const struct itimerval often = {{0, 20000}, {0, 20000}};
    alarms = 0;
    setitimer(ITIMER_REAL, &often, NULL);
    while (alarms < 5)
        pause();
    alarm(0);
    printf("five alarms\n");
    close(ends[0]);
    close(ends[1]);
    close(epoll);
}

int main(void)
{
    int ends[2];
    setvbuf(stdout, NULL, _IONBF, 0);
    pipe(ends);
    much(ends[0], ends[1]);
    socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
    much(ends[0], ends[1]);
    killed_by_pipe();
    fifos();
    alarms_end_waits();
    return 0;
}
