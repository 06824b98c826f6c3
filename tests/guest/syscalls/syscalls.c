// Unknown system calls say so, bad pointers are EFAULT, and identity is what it should be.
#include "../common/check.h"

#include <sys/random.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <unistd.h>

static void unknown_calls_are_not_there(void)
{
    CHECK_FAILS(syscall(449), ENOSYS);
    CHECK_FAILS(syscall(511), ENOSYS);
    CHECK_FAILS(syscall(512), ENOSYS);
    CHECK_FAILS(syscall(100000), ENOSYS);
    CHECK_FAILS(syscall(-1L), ENOSYS);
}

static void bad_pointers_fault(void)
{
    void* const kernel = (void*)0xffffffff80200000;
    void* const hole = (void*)0x0000800000000000; // not canonical
    CHECK_FAILS(syscall(SYS_write, 1, kernel, 8), EFAULT);
    CHECK_FAILS(syscall(SYS_write, 1, hole, 8), EFAULT);
    CHECK_FAILS(syscall(SYS_write, 1, 0x7fffffffffff, 8), EFAULT);
    CHECK_FAILS(syscall(SYS_write, 1, -8L, 16), EFAULT);
    CHECK_FAILS(syscall(SYS_uname, kernel), EFAULT);
    CHECK_FAILS(syscall(SYS_uname, NULL), EFAULT);
    CHECK_FAILS(syscall(SYS_clock_gettime, 1, kernel), EFAULT);
    CHECK_FAILS(syscall(SYS_writev, 1, kernel, 1), EFAULT);
    const struct iovec vectors[] = {{kernel, 8}};
    CHECK_FAILS(syscall(SYS_writev, 1, vectors, 1), EFAULT);
    CHECK_FAILS(syscall(SYS_writev, 1, vectors, 1025), EINVAL);
    CHECK_FAILS(syscall(SYS_open, kernel, 0), EFAULT);
    CHECK_FAILS(syscall(SYS_execve, kernel, NULL, NULL), EFAULT);
    CHECK_FAILS(syscall(SYS_getrandom, kernel, 8, 0), EFAULT);
    CHECK_FAILS(syscall(SYS_arch_prctl, 0x1002, kernel), EPERM);
}

static void identity_is_known(void)
{
    CHECK(getpid() == 1 && syscall(SYS_gettid) == 1 && getppid() == 0);
    CHECK(getuid() == 0 && geteuid() == 0 && getgid() == 0 && getegid() == 0);
    struct utsname system;
    CHECK(uname(&system) == 0 && strcmp(system.sysname, "Linux") == 0 && strcmp(system.machine, "x86_64") == 0);
}

static void random_numbers_differ(void)
{
    unsigned long words[4] = {0};
    CHECK(getrandom(words, sizeof words, 0) == sizeof words);
    CHECK(words[0] != words[1] && words[2] != words[3] && words[0] != 0);
    CHECK_FAILS(getrandom(words, 8, 0x80), EINVAL);
}

static void the_thread_pointer_is_kept(void)
{
    unsigned long base = 0;
    CHECK(syscall(SYS_arch_prctl, 0x1003, &base) == 0);
    CHECK(base == *(unsigned long*)base); // musl's thread structure begins with its own address
}

int main(void)
{
    unknown_calls_are_not_there();
    bad_pointers_fault();
    identity_is_known();
    random_numbers_differ();
    the_thread_pointer_is_kept();
    puts("syscalls: all as it should be");
    return 0;
}
