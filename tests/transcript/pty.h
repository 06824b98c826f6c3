// Pseudo-terminals for the transcripts of terminals. Linux carries bytes between the two sides in its own time, so what
// is to be looked at is always waited for: by a read that blocks, or by a mark behind it.
#pragma once

#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

static int master;
static int slave;

static inline void open_pair(void)
{
    master = posix_openpt(O_RDWR | O_NOCTTY);
    if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0) {
        printf("no pseudo-terminal: %s\n", strerror(errno));
        exit(1);
    }
    slave = open(ptsname(master), O_RDWR | O_NOCTTY);
    if (slave < 0) {
        printf("no terminal: %s\n", strerror(errno));
        exit(1);
    }
}

static inline void close_pair(void)
{
    close(slave);
    close(master);
}

static inline void show(const char* text, ssize_t length)
{
    if (length < 0) {
        printf("%s", strerror(errno));
        return;
    }
    putchar('"');
    for (ssize_t i = 0; i < length; ++i) {
        const unsigned char c = (unsigned char)text[i];
        if (c >= ' ' && c < 0x7f && c != '"' && c != '\\')
            putchar(c);
        else
            printf("\\%02x", c);
    }
    putchar('"');
}

static inline void show_read(const char* what, int from, size_t most)
{
    char text[8192];
    errno = 0;
    const ssize_t length = read(from, text, most);
    printf("%s ", what);
    show(text, length);
    putchar('\n');
}

static inline void type(const char* text) { (void)!write(master, text, strlen(text)); }

// What came out so far.
static inline void show_output(void)
{
    char text[8192];
    size_t length = 0;
    (void)!write(slave, "#", 1);
    do {
        if (read(master, text + length, 1) != 1)
            break;
    } while (text[length++] != '#' && length < sizeof text);
    printf("  shown ");
    show(text, (ssize_t)length - 1);
    putchar('\n');
}

static inline void show_result(const char* what, long result)
{
    if (result < 0)
        printf("%s: %s\n", what, strerror(errno));
    else
        printf("%s: %ld\n", what, result);
}

static inline void show_poll(const char* what, int descriptor)
{
    struct pollfd looked = {.fd = descriptor, .events = POLLIN | POLLOUT | POLLPRI};
    const int result = poll(&looked, 1, 0);
    printf("%s: %d%s%s%s%s\n", what, result, (looked.revents & POLLIN) != 0 ? " in" : "",
           (looked.revents & POLLOUT) != 0 ? " out" : "", (looked.revents & POLLERR) != 0 ? " err" : "",
           (looked.revents & POLLHUP) != 0 ? " hup" : "");
}

struct flags {
    tcflag_t set_input, clear_input, set_output, clear_output, set_local, clear_local;
    int place; // of a special character; 0: none (VINTR is not changed)
    cc_t character;
};

static inline void change(const struct flags* flags)
{
    struct termios settings;
    tcgetattr(slave, &settings);
    settings.c_iflag = (settings.c_iflag | flags->set_input) & ~flags->clear_input;
    settings.c_oflag = (settings.c_oflag | flags->set_output) & ~flags->clear_output;
    settings.c_lflag = (settings.c_lflag | flags->set_local) & ~flags->clear_local;
    if (flags->place != 0)
        settings.c_cc[flags->place] = flags->character;
    tcsetattr(slave, TCSANOW, &settings);
}

static inline void make_raw(cc_t minimum, cc_t tenths)
{
    struct termios settings;
    tcgetattr(slave, &settings);
    settings.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    settings.c_cc[VMIN] = minimum;
    settings.c_cc[VTIME] = tenths;
    tcsetattr(slave, TCSANOW, &settings);
}
