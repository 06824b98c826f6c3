#pragma once

#include <gtest/gtest.h>

#include <unistd.h>

/// Skips the test, saying why, where there is no usable /dev/kvm.
#define REQUIRE_KVM()                                                                                                  \
    do {                                                                                                               \
        if (::access("/dev/kvm", R_OK | W_OK) != 0)                                                                    \
            GTEST_SKIP() << "/dev/kvm is missing or forbidden: this test runs a guest";                                \
    } while (false)
