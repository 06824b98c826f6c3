// Pipes by themselves: what fits, what is whole, what each end is told.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static void show(const char* what, long result)
{
    const int error = result < 0 ? errno : 0;
    printf("%s: %ld %d\n", what, result, error);
}

static void* volatile nowhere = (void*)8;
static int ends[2];
static char block[1 << 17];

static void new_pipe(int flags)
{
    if (pipe2(ends, flags) != 0) {
        perror("pipe2");
        exit(1);
    }
}
static void drop_pipe(void)
{
    close(ends[0]);
    close(ends[1]);
}

static int ready(int fd, short events)
{
    struct pollfd entry = {.fd = fd, .events = events};
    const int count = poll(&entry, 1, 0);
    return count < 0 ? -errno : entry.revents;
}

static long fill(size_t chunk)
{
    long total = 0;
    long done;
    while ((done = write(ends[1], block, chunk)) > 0)
        total += done;
    return total;
}

static void basics(void)
{
    char text[64] = {0};
    show("pipe", pipe(ends));
    show("write", write(ends[1], "hello", 5));
    show("write more", write(ends[1], " world", 6));
    show("read", read(ends[0], text, 4));
    printf("%s\n", text);
    show("read the rest", read(ends[0], text, sizeof text));
    printf("%s\n", text);
    show("read no bytes", read(ends[0], text, 0));
    show("write no bytes", write(ends[1], text, 0));
    show("write to the reading end", write(ends[0], "x", 1));
    show("read from the writing end", read(ends[1], text, 1));
    show("lseek", lseek(ends[0], 0, SEEK_SET));
    show("pread", pread(ends[0], text, 1, 0));
    show("pwrite", pwrite(ends[1], text, 1, 0));
    show("ftruncate", ftruncate(ends[1], 0));
    struct stat status;
    show("fstat", fstat(ends[0], &status));
    printf("type %o size %ld links %ld\n", status.st_mode, (long)status.st_size, (long)status.st_nlink);
    const int access[2] = {fcntl(ends[0], F_GETFL), fcntl(ends[1], F_GETFL)};
    printf("flags %o %o\n", access[0], access[1]);
    show("write end closes", close(ends[1]));
    show("read at the end", read(ends[0], text, 1));
    show("read end closes", close(ends[0]));
}

static void flags(void)
{
    show("bad flags", pipe2(ends, O_APPEND));
    show("bad address", pipe2(nowhere, 0));
    new_pipe(O_CLOEXEC | O_NONBLOCK);
    printf("fd flags %d %d\n", fcntl(ends[0], F_GETFD), fcntl(ends[1], F_GETFD));
    printf("file flags %o %o\n", fcntl(ends[0], F_GETFL), fcntl(ends[1], F_GETFL));
    char byte;
    show("read from empty", read(ends[0], &byte, 1));
    fcntl(ends[0], F_SETFL, 0);
    printf("file flags %o\n", fcntl(ends[0], F_GETFL));
    drop_pipe();
}

static void capacities(void)
{
    static const size_t chunks[] = {7, 100, 3000, 4095, 4096, 4097, 5000, 70000};
    for (size_t i = 0; i < sizeof chunks / sizeof *chunks; ++i) {
        new_pipe(O_NONBLOCK);
        if (chunks[i] < 1000)
            fcntl(ends[1], F_SETPIPE_SZ, 8192); // or it takes long to fill
        const long total = fill(chunks[i]);
        int waiting = 0;
        ioctl(ends[0], FIONREAD, &waiting);
        printf("chunks of %zu: %ld, FIONREAD %d, poll %d\n", chunks[i], total, waiting, ready(ends[1], POLLOUT));
        show("read one", read(ends[0], block, 1));
        printf("then poll %d\n", ready(ends[1], POLLOUT));
        show("read a page", read(ends[0], block, 4096));
        printf("then poll %d\n", ready(ends[1], POLLOUT));
        show("write again", write(ends[1], block, 5000));
        drop_pipe();
    }
}

static void sizes(void)
{
    new_pipe(O_NONBLOCK);
    show("F_GETPIPE_SZ", fcntl(ends[0], F_GETPIPE_SZ));
    show("F_SETPIPE_SZ 1", fcntl(ends[0], F_SETPIPE_SZ, 1));
    show("F_GETPIPE_SZ", fcntl(ends[1], F_GETPIPE_SZ));
    printf("full at %ld\n", fill(100));
    show("F_SETPIPE_SZ 20000", fcntl(ends[1], F_SETPIPE_SZ, 20000));
    printf("full after %ld more\n", fill(4096));
    show("F_SETPIPE_SZ 4096 when full", fcntl(ends[1], F_SETPIPE_SZ, 4096));
    show("F_SETPIPE_SZ 0", fcntl(ends[1], F_SETPIPE_SZ, 0));
    show("F_SETPIPE_SZ of no pipe", fcntl(open("/dev/null", O_RDONLY), F_SETPIPE_SZ, 4096));
    show("F_GETPIPE_SZ of no descriptor", fcntl(99, F_GETPIPE_SZ));
    drop_pipe();
}

static void packets(void)
{
    char text[64] = {0};
    new_pipe(O_DIRECT | O_NONBLOCK);
    show("first", write(ends[1], "first", 5));
    show("second", write(ends[1], "second", 6));
    show("third", write(ends[1], "third", 5));
    show("read 3", read(ends[0], text, 3));
    show("read many", read(ends[0], text, sizeof text));
    printf("%.6s\n", text);
    fcntl(ends[1], F_SETFL, O_NONBLOCK);
    show("append", write(ends[1], "fourth", 6));
    show("read", read(ends[0], text, sizeof text));
    show("read", read(ends[0], text, sizeof text));
    show("big", write(ends[1], block, 10000));
    show("read", read(ends[0], block, sizeof block));
    drop_pipe();
    new_pipe(O_DIRECT | O_NONBLOCK);
    printf("packets of 1: %ld\n", fill(1));
    drop_pipe();
}

static void readiness(void)
{
    const short all = POLLIN | POLLOUT | POLLPRI | POLLRDNORM | POLLWRNORM | POLLRDBAND | POLLRDHUP;
    new_pipe(0);
    printf("empty: %x %x\n", ready(ends[0], all), ready(ends[1], all));
    show("write", write(ends[1], "x", 1));
    printf("not empty: %x %x\n", ready(ends[0], all), ready(ends[1], all));
    printf("not asked: %x\n", ready(ends[0], 0));
    close(ends[1]);
    printf("no writer: %x\n", ready(ends[0], all));
    char byte;
    show("read", read(ends[0], &byte, 1));
    printf("no writer, empty: %x, not asked: %x\n", ready(ends[0], all), ready(ends[0], 0));
    close(ends[0]);
    new_pipe(O_NONBLOCK);
    close(ends[0]);
    printf("no reader: %x, not asked: %x\n", ready(ends[1], all), ready(ends[1], 0));
    signal(SIGPIPE, SIG_IGN);
    show("write without reader", write(ends[1], "x", 1));
    show("write nothing without reader", write(ends[1], "x", 0));
    close(ends[1]);
    printf("closed: %x\n", ready(ends[1], all));
}

static void faults(void)
{
    char text[16];
    new_pipe(O_NONBLOCK);
    show("write from nowhere", write(ends[1], nowhere, 5));
    show("write", write(ends[1], "kept", 4));
    show("read to nowhere", read(ends[0], nowhere, 4));
    show("read", read(ends[0], text, sizeof text));
    const struct iovec parts[] = {{"ab", 2}, {"", 0}, {"cde", 3}};
    show("writev", writev(ends[1], parts, 3));
    char one[2];
    char two[10];
    const struct iovec rooms[] = {{one, 2}, {two, 10}};
    show("readv", readv(ends[0], rooms, 2));
    printf("%.2s %.3s\n", one, two);
    drop_pipe();
}

int main(void)
{
    basics();
    flags();
    capacities();
    sizes();
    packets();
    readiness();
    faults();
    return 0;
}
