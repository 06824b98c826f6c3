// Checks for test programs: a failed one says where and ends the program with status 1.
// To be included first: it chooses what the C library declares.
#pragma once

#define _GNU_SOURCE

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition)                                                                                               \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            printf("%s:%d: %s is not so (errno %d, %s)\n", __FILE__, __LINE__, #condition, errno, strerror(errno));    \
            exit(1);                                                                                                   \
        }                                                                                                              \
    } while (0)

// The call returns -1 and sets errno to `error`.
#define CHECK_FAILS(call, error)                                                                                       \
    do {                                                                                                               \
        errno = 0;                                                                                                     \
        CHECK((long)(call) == -1);                                                                                     \
        CHECK(errno == (error));                                                                                       \
    } while (0)
