// select, eventfd, timerfd and epoll in all their modes, by one thread: what is ready, what is told how often, what is
// refused.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

static void* volatile nowhere = (void*)8;

static void show(const char* what, long result) { printf("%s: %ld %d\n", what, result, result < 0 ? errno : 0); }

static int ready(int fd)
{
    struct pollfd entry = {.fd = fd, .events = POLLIN | POLLOUT};
    return poll(&entry, 1, 0) < 0 ? -errno : entry.revents;
}

static void polls(void)
{
    int ends[2];
    pipe(ends);
    struct pollfd many[4] = {
        {.fd = -1, .events = POLLIN, .revents = 77},
        {.fd = ends[0], .events = POLLIN},
        {.fd = 50, .events = POLLIN},
        {.fd = ends[1], .events = POLLOUT | POLLIN},
    };
    show("poll many", poll(many, 4, 1000));
    for (int i = 0; i < 4; ++i)
        printf("%x ", many[i].revents);
    printf("\n");
    show("poll nothing", poll(NULL, 0, 1));
    show("poll nowhere", poll(nowhere, 1, 0));
    show("poll too many", poll(many, 1 << 30, 0));
    show("poll and wait", poll(many + 1, 1, 10));
    printf("%x\n", many[1].revents);
    close(ends[0]);
    close(ends[1]);
    const int null = open("/dev/null", O_RDWR);
    printf("null: %x\n", ready(null));
    close(null);
}

static void selects(void)
{
    int ends[2];
    pipe(ends);
    fd_set in;
    fd_set out;
    fd_set exceptional;
    FD_ZERO(&in);
    FD_ZERO(&out);
    FD_ZERO(&exceptional);
    FD_SET(ends[0], &in);
    FD_SET(ends[1], &out);
    FD_SET(ends[0], &exceptional);
    struct timeval time = {0, 0};
    show("select", select(10, &in, &out, &exceptional, &time));
    printf("in %d out %d ex %d\n", !!FD_ISSET(ends[0], &in), !!FD_ISSET(ends[1], &out),
           !!FD_ISSET(ends[0], &exceptional));
    write(ends[1], "x", 1);
    FD_SET(ends[0], &in);
    FD_SET(ends[1], &in);
    FD_SET(ends[1], &out);
    show("select", select(10, &in, &out, NULL, NULL));
    printf("in %d %d out %d\n", !!FD_ISSET(ends[0], &in), !!FD_ISSET(ends[1], &in), !!FD_ISSET(ends[1], &out));
    FD_ZERO(&in);
    FD_SET(ends[0], &in);
    show("select fewer", select(ends[0], &in, NULL, NULL, &time));
    printf("in %d\n", !!FD_ISSET(ends[0], &in));
    close(ends[1]);
    read(ends[0], &time, 1);
    time = (struct timeval){0, 0};
    FD_SET(ends[0], &in);
    show("select the end", select(10, &in, NULL, NULL, &time));
    FD_SET(ends[1], &in);
    show("select closed", select(10, &in, NULL, NULL, &time));
    show("select less than none", select(-1, &in, NULL, NULL, &time));
    time.tv_usec = 5000;
    show("select nothing", select(0, NULL, NULL, NULL, &time));
    printf("left %ld %ld\n", (long)time.tv_sec, (long)time.tv_usec);
    time.tv_sec = -1;
    show("select before now", select(0, NULL, NULL, NULL, &time));
    close(ends[0]);
}

static void events(void)
{
    uint64_t value = 0;
    int fd = eventfd(3, EFD_NONBLOCK);
    printf("ready %x\n", ready(fd));
    show("read", read(fd, &value, 8));
    printf("%ld ready %x\n", (long)value, ready(fd));
    show("read empty", read(fd, &value, 8));
    value = 5;
    show("write", write(fd, &value, 8));
    show("write again", write(fd, &value, 8));
    show("read", read(fd, &value, 8));
    printf("%ld\n", (long)value);
    show("read short", read(fd, &value, 4));
    show("write short", write(fd, &value, 7));
    value = ~0ULL;
    show("write too much", write(fd, &value, 8));
    value = ~0ULL - 1;
    show("write most", write(fd, &value, 8));
    printf("ready %x\n", ready(fd));
    value = 1;
    show("write more", write(fd, &value, 8));
    value = 0;
    show("write nothing", write(fd, &value, 8));
    close(fd);
    fd = eventfd(2, EFD_SEMAPHORE | EFD_NONBLOCK | EFD_CLOEXEC);
    printf("flags %x %x\n", fcntl(fd, F_GETFD), fcntl(fd, F_GETFL));
    for (int i = 0; i < 3; ++i) {
        value = 0;
        show("take", read(fd, &value, 8));
        printf("%ld\n", (long)value);
    }
    show("lseek", lseek(fd, 0, SEEK_SET));
    show("pread", pread(fd, &value, 8, 0));
    close(fd);
    show("bad flags", eventfd(0, 0x100));
}

static void timers(void)
{
    uint64_t ticks = 0;
    const int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    struct itimerspec setting = {{0, 0}, {1000, 5}};
    struct itimerspec old;
    show("bad clock", timerfd_create(2, 0));
    show("bad flags", timerfd_create(CLOCK_MONOTONIC, 4));
    show("read unset", read(fd, &ticks, 8));
    show("set", timerfd_settime(fd, 0, &setting, &old));
    printf("old %ld %ld\n", (long)old.it_value.tv_sec, (long)old.it_interval.tv_sec);
    show("get", timerfd_gettime(fd, &old));
    printf("within %d\n", old.it_value.tv_sec == 999 || old.it_value.tv_sec == 1000);
    show("read early", read(fd, &ticks, 8));
    printf("ready %x\n", ready(fd));
    setting = (struct itimerspec){{0, 0}, {0, 1000000}};
    show("set soon", timerfd_settime(fd, 0, &setting, &old));
    printf("old within %d\n", old.it_value.tv_sec == 999 || old.it_value.tv_sec == 1000);
    struct pollfd entry = {.fd = fd, .events = POLLIN};
    show("poll", poll(&entry, 1, -1));
    show("read", read(fd, &ticks, 8));
    printf("ticks %ld\n", (long)ticks);
    show("read again", read(fd, &ticks, 8));
    timerfd_gettime(fd, &old);
    printf("over %ld %ld\n", (long)old.it_value.tv_sec, (long)old.it_value.tv_nsec);
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    setting = (struct itimerspec){{0, 1000000}, now};
    show("set past", timerfd_settime(fd, TFD_TIMER_ABSTIME, &setting, NULL));
    fcntl(fd, F_SETFL, 0);
    long sum = 0;
    while (sum < 5) {
        if (read(fd, &ticks, 8) != 8)
            printf("bad read\n");
        sum += (long)ticks;
    }
    printf("five\n");
    setting = (struct itimerspec){{1, 0}, {0, 0}};
    show("stop", timerfd_settime(fd, 0, &setting, &old));
    printf("interval %ld\n", (long)old.it_interval.tv_nsec);
    setting = (struct itimerspec){{0, 0}, {0, 1000000000}};
    show("no time", timerfd_settime(fd, 0, &setting, NULL));
    show("bad flags", timerfd_settime(fd, 8, &setting, NULL));
    show("no timer", timerfd_settime(0, 0, &(struct itimerspec){0}, NULL));
    show("write", write(fd, &ticks, 8));
    show("short", read(fd, &ticks, 7));
    close(fd);
}

static int epoll;

static void add(const char* what, int fd, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.u64 = (uint64_t)fd};
    show(what, epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event));
}
static void modify(const char* what, int fd, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.u64 = (uint64_t)fd};
    show(what, epoll_ctl(epoll, EPOLL_CTL_MOD, fd, &event));
}
static void wait_for(const char* what, int first)
{
    struct epoll_event events[8];
    const int count = epoll_wait(epoll, events, 8, 0);
    printf("%s: %d", what, count);
    for (int i = 0; i < count; ++i)
        printf(" [%d %x]", (int)events[i].data.u64 - first, events[i].events);
    printf("\n");
}

static void epolls(void)
{
    int ends[2];
    char bytes[100];
    epoll = epoll_create1(EPOLL_CLOEXEC);
    pipe2(ends, O_NONBLOCK);
    show("bad flags", epoll_create1(1));
    show("bad size", epoll_create(0));
    add("add", ends[0], EPOLLIN);
    add("add again", ends[0], EPOLLIN);
    add("add closed", 77, EPOLLIN);
    add("add itself", epoll, EPOLLIN);
    show("remove unknown", epoll_ctl(epoll, EPOLL_CTL_DEL, ends[1], NULL));
    show("modify unknown", epoll_ctl(epoll, EPOLL_CTL_MOD, ends[1], &(struct epoll_event){0}));
    show("bad operation", epoll_ctl(epoll, 9, ends[0], &(struct epoll_event){0}));
    show("no epoll", epoll_ctl(ends[0], EPOLL_CTL_ADD, ends[1], &(struct epoll_event){0}));
    show("no event", epoll_ctl(epoll, EPOLL_CTL_ADD, ends[1], nowhere));
    show("wait for none", epoll_wait(epoll, (struct epoll_event*)bytes, 0, 0));
    show("wait nowhere", epoll_wait(epoll, nowhere, 1, 0));

    wait_for("level, empty", ends[0]);
    printf("epoll %x\n", ready(epoll));
    write(ends[1], "abc", 3);
    wait_for("level", ends[0]);
    wait_for("level again", ends[0]);
    printf("epoll %x\n", ready(epoll));
    show("wait nowhere", epoll_wait(epoll, nowhere, 1, 0));
    wait_for("level still", ends[0]);
    read(ends[0], bytes, 1);
    wait_for("level, less", ends[0]);
    read(ends[0], bytes, 10);
    wait_for("level, read", ends[0]);

    modify("edge", ends[0], EPOLLIN | EPOLLET);
    wait_for("edge, empty", ends[0]);
    write(ends[1], "abc", 3);
    wait_for("edge", ends[0]);
    wait_for("edge again", ends[0]);
    write(ends[1], "abc", 3);
    wait_for("edge, more", ends[0]);
    wait_for("edge, more again", ends[0]);
    read(ends[0], bytes, 1);
    wait_for("edge, less", ends[0]);
    modify("edge modified", ends[0], EPOLLIN | EPOLLET);
    wait_for("edge modified", ends[0]);
    read(ends[0], bytes, 100);

    modify("one shot", ends[0], EPOLLIN | EPOLLONESHOT);
    write(ends[1], "a", 1);
    wait_for("one shot", ends[0]);
    wait_for("one shot again", ends[0]);
    write(ends[1], "a", 1);
    wait_for("one shot, more", ends[0]);
    modify("one shot armed", ends[0], EPOLLIN | EPOLLONESHOT);
    wait_for("one shot armed", ends[0]);
    modify("nothing", ends[0], 0);
    wait_for("nothing", ends[0]);
    modify("level", ends[0], EPOLLIN);

    add("writer", ends[1], EPOLLOUT);
    wait_for("both", ends[0]);
    const int copy = dup(ends[0]);
    add("copy", copy, EPOLLIN | EPOLLRDHUP);
    close(ends[1]);
    wait_for("writer closed", ends[0]);
    close(ends[0]);
    wait_for("reader closed, copy open", ends[0]);
    show("remove closed", epoll_ctl(epoll, EPOLL_CTL_DEL, ends[0], NULL));
    close(copy);
    wait_for("all closed", ends[0]);
    const int file = open("/tmp/epoll-file", O_RDWR | O_CREAT, 0600);
    add("file", file, EPOLLIN);
    close(file);
    unlink("/tmp/epoll-file");

    const int event = eventfd(0, EFD_NONBLOCK);
    add("exclusive", event, EPOLLIN | EPOLLEXCLUSIVE);
    modify("modify exclusive", event, EPOLLIN);
    wait_for("exclusive", event);
    eventfd_write(event, 1);
    wait_for("exclusive", event);
    show("remove", epoll_ctl(epoll, EPOLL_CTL_DEL, event, NULL));
    add("exclusive one shot", event, EPOLLIN | EPOLLEXCLUSIVE | EPOLLONESHOT);
    wait_for("removed", event);

    add("edge both", event, EPOLLIN | EPOLLOUT | EPOLLET);
    wait_for("edge both", event);
    wait_for("edge both again", event);
    eventfd_write(event, 1);
    wait_for("edge both, written", event);
    eventfd_t value;
    eventfd_read(event, &value);
    wait_for("edge both, read", event);
    close(event);
    close(epoll);
}

static void nested(void)
{
    const int outer = epoll_create1(0);
    const int inner = epoll_create1(0);
    const int event = eventfd(0, 0);
    epoll = inner;
    add("event in inner", event, EPOLLIN);
    epoll = outer;
    add("inner in outer", inner, EPOLLIN);
    wait_for("nothing", inner);
    eventfd_write(event, 1);
    wait_for("outer", inner);
    wait_for("outer again", inner);
    epoll = inner;
    wait_for("inner", event);
    add("outer in inner", outer, EPOLLIN);
    add("exclusive epoll", outer, EPOLLIN | EPOLLEXCLUSIVE);
    eventfd_t value;
    eventfd_read(event, &value);
    epoll = outer;
    wait_for("read", inner);
    close(inner);
    eventfd_write(event, 1);
    wait_for("inner closed", inner);
    close(outer);
    close(event);

    int chain[12];
    int made = 0;
    int error = 0;
    chain[0] = epoll_create1(0);
    for (int i = 1; i < 12; ++i) {
        chain[i] = epoll_create1(0);
        struct epoll_event item = {.events = EPOLLIN};
        if (epoll_ctl(chain[i], EPOLL_CTL_ADD, chain[i - 1], &item) == 0)
            ++made;
        else if (error == 0)
            error = errno;
    }
    printf("a chain has an end: %d %d\n", made < 11, error);
    for (int i = 0; i < 12; ++i)
        close(chain[i]);
}

static void many(void)
{
    epoll = epoll_create1(0);
    int fds[20];
    for (int i = 0; i < 20; ++i) {
        fds[i] = eventfd(1, 0);
        struct epoll_event event = {.events = EPOLLIN, .data.u64 = (uint64_t)i};
        epoll_ctl(epoll, EPOLL_CTL_ADD, fds[i], &event);
    }
    for (int round = 0; round < 6; ++round) {
        struct epoll_event events[7];
        const int count = epoll_wait(epoll, events, 7, -1);
        for (int i = 0; i < count; ++i)
            printf("%d ", (int)events[i].data.u64);
        printf("\n");
    }
    for (int i = 0; i < 20; ++i)
        close(fds[i]);
    struct epoll_event none;
    show("none left", epoll_wait(epoll, &none, 1, 1));
    close(epoll);
}

int main(void)
{
    polls();
    selects();
    events();
    timers();
    epolls();
    nested();
    many();
    return 0;
}
