// The two sides of a pseudo-terminal: opening, locking, closing, and what either side sees of the other.
#include "pty.h"

#include <sys/stat.h>
#include <sys/sysmacros.h>

static void show_open(const char* what, const char* name)
{
    errno = 0;
    const int file = open(name, O_RDWR | O_NOCTTY);
    printf("%s: %s\n", what, file >= 0 ? "opened" : strerror(errno));
    if (file >= 0)
        close(file);
}

static void try_lock(void)
{
    master = posix_openpt(O_RDWR | O_NOCTTY);
    unsigned number = 0;
    show_result("TIOCGPTN", ioctl(master, TIOCGPTN, &number));
    char name[64];
    snprintf(name, sizeof name, "/dev/pts/%u", number);
    printf("named %d\n", strcmp(name, ptsname(master)) == 0);
    show_open("locked", name);
    int locked = -1;
    show_result("TIOCGPTLCK", ioctl(master, TIOCGPTLCK, &locked));
    printf("locked %d\n", locked);
    show_result("unlockpt", unlockpt(master));
    show_open("unlocked", name);
    locked = 1;
    show_result("TIOCSPTLCK", ioctl(master, TIOCSPTLCK, &locked));
    show_open("locked again", name);
    struct stat status;
    show_result("stat", stat(name, &status));
    printf("a terminal's node %d %d\n", S_ISCHR(status.st_mode), status.st_rdev == makedev(136, number));
    close(master);
    errno = 0;
    show_result("stat, closed", stat(name, &status));
    show_open("closed", name);
}

static void try_closed_terminal(void)
{
    open_pair();
    (void)!write(slave, "last words", 10);
    close(slave);
    show_read("what was written", master, 100);
    show_read("and then", master, 100);
    show_poll("poll", master);
    show_result("write", write(master, "x", 1));
    slave = open(ptsname(master), O_RDWR | O_NOCTTY);
    struct pollfd ready = {.fd = master, .events = POLLIN};
    poll(&ready, 1, -1); // the echo of what was typed meanwhile
    show_poll("poll, opened again", master);
    (void)!write(slave, "hello", 5);
    char text[10];
    while (read(master, text, 1) == 1 && text[0] != 'h') { // past the echo
    }
    show_read("opened again", master, 4);
    close_pair();
}

static void try_closed_master(void)
{
    open_pair();
    type("abc\n");
    struct pollfd ready = {.fd = slave, .events = POLLIN};
    poll(&ready, 1, -1);
    close(master);
    show_read("read", slave, 100);
    errno = 0;
    show_result("write", write(slave, "x", 1));
    show_poll("poll", slave);
    show_result("isatty", isatty(slave));
    close(slave);
}

static void try_sides(void)
{
    open_pair();
    show_poll("poll, master", master);
    show_poll("poll, terminal", slave);
    (void)!write(slave, "one\ntwo", 7);
    show_read("master, four", master, 4);
    show_read("master, the rest", master, 100);
    struct winsize size = {.ws_row = 11, .ws_col = 22};
    show_result("size", ioctl(slave, TIOCSWINSZ, &size));
    memset(&size, 0, sizeof size);
    show_result("size, master", ioctl(master, TIOCGWINSZ, &size));
    printf("%d %d\n", size.ws_row, size.ws_col);
    const int peer = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY);
    printf("peer %d\n", peer >= 0);
    (void)!write(peer, "p", 1);
    show_read("by the peer", master, 10);
    close(peer);
    errno = 0;
    show_result("TIOCSCTTY, master", ioctl(master, TIOCSCTTY, 0));
    errno = 0;
    show_result("TIOCGPTN, terminal", ioctl(slave, TIOCGPTN, &size));
    close_pair();
}

// More than the buffers of both sides hold, from one process to another and back.
static void try_much(void)
{
    enum { total = 10000 };
    open_pair();
    struct termios settings;
    tcgetattr(slave, &settings);
    cfmakeraw(&settings);
    tcsetattr(slave, TCSANOW, &settings);
    const pid_t child = fork();
    if (child == 0) {
        close(master);
        char text[1000];
        for (long left = total; left > 0;) {
            const ssize_t length = read(slave, text, sizeof text);
            if (length <= 0)
                _exit(1);
            left -= length;
            for (ssize_t done = 0; done < length;) {
                const ssize_t written = write(slave, text + done, (size_t)(length - done));
                if (written <= 0)
                    _exit(2);
                done += written;
            }
        }
        _exit(0);
    }
    close(slave);
    long sent = 0;
    long got = 0;
    long wrong = 0;
    while (got < total) {
        struct pollfd ready = {.fd = master, .events = (short)(POLLIN | (sent < total ? POLLOUT : 0))};
        poll(&ready, 1, -1);
        char text[512];
        if ((ready.revents & POLLIN) != 0) {
            const ssize_t length = read(master, text, sizeof text);
            if (length <= 0)
                break;
            for (ssize_t i = 0; i < length; ++i)
                wrong += (unsigned char)text[i] != (unsigned char)((got + i) * 7);
            got += length;
        } else if ((ready.revents & POLLOUT) != 0) {
            const long part = total - sent < 64 ? total - sent : 64;
            for (long i = 0; i < part; ++i)
                text[i] = (char)((sent + i) * 7);
            const ssize_t length = write(master, text, (size_t)part);
            if (length <= 0)
                break;
            sent += length;
        }
    }
    int status;
    waitpid(child, &status, 0);
    printf("sent %ld, came back %ld, wrong %ld, child %d\n", sent, got, wrong, WEXITSTATUS(status));
    close(master);
}

static void try_all(void)
{
    try_lock();
    try_closed_terminal();
    try_closed_master();
    try_sides();
    fflush(stdout);
    try_much();
}

// By a process that leads no session: none of these becomes its terminal.
int main(void)
{
    const pid_t child = fork();
    if (child == 0) {
        try_all();
        exit(0);
    }
    int status;
    waitpid(child, &status, 0);
    printf("%d\n", status);
    return 0;
}
