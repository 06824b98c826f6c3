// Unknown system calls say so, bad pointers are EFAULT, and identity is what it should be.
#include "../common/check.h"

#include <fcntl.h>
#include <stdint.h>
#include <sys/random.h>
#include <sys/stat.h>
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

// A wrong vector or size is refused before anything is moved.
static void sizes_are_checked_first(void)
{
    char bytes[8] = "1234567";
    void* const kernel = (void*)0xffffffff80200000;
    const int file = open("/sizes", O_RDWR | O_CREAT, 0600);
    CHECK(file >= 0);
    const struct iovec negative[] = {{bytes, 8}, {bytes, (size_t)-1}};
    const struct iovec wrong[] = {{bytes, 8}, {kernel, 8}};
    CHECK_FAILS(syscall(SYS_writev, file, negative, 2), EINVAL);
    CHECK_FAILS(syscall(SYS_writev, file, wrong, 2), EFAULT);
    CHECK_FAILS(syscall(SYS_writev, file, wrong, 0x100000001), EINVAL);
    CHECK_FAILS(syscall(SYS_writev, file, wrong, -1L), EINVAL);
    struct stat status;
    CHECK(fstat(file, &status) == 0 && status.st_size == 0);

    struct iovec many[1024];
    for (int i = 0; i < 1024; ++i)
        many[i] = (struct iovec){bytes, 8};
    CHECK(writev(file, many, 1024) == 8192);
    CHECK_FAILS(syscall(SYS_pread64, file, bytes, -1L, 0L), EFAULT);
    CHECK_FAILS(syscall(SYS_pwrite64, file, bytes, -1L, 0L), EFAULT);
    CHECK_FAILS(syscall(SYS_pread64, file, bytes, 8, -1L), EINVAL);
    CHECK_FAILS(syscall(SYS_pwrite64, file, bytes, 8, INT64_MAX), EFBIG);
    CHECK(syscall(SYS_pread64, file, bytes, 8, INT64_MAX) == 0);
    CHECK_FAILS(syscall(SYS_ftruncate, file, -1L), EINVAL);
    CHECK(syscall(SYS_ftruncate, file, INT64_MAX) == 0);
    CHECK(fstat(file, &status) == 0 && status.st_size == INT64_MAX && status.st_blocks > 0);
    CHECK(syscall(SYS_pwrite64, file, bytes, 8, INT64_MAX - 8192) == 8);
    CHECK_FAILS(syscall(SYS_read, 0, kernel, 0x100000), EFAULT); // without waiting for input
    CHECK(close(file) == 0);
}

static void times_are_checked(void)
{
    const struct {
        long seconds, nanoseconds;
    } wrong[] = {{-1, 0}, {0, -1}, {0, 1000000000}, {INT64_MIN, INT64_MIN}};
    for (int i = 0; i < 4; ++i) {
        CHECK_FAILS(syscall(SYS_nanosleep, &wrong[i], NULL), EINVAL);
        CHECK_FAILS(syscall(SYS_clock_nanosleep, 1, 1, &wrong[i], NULL), EINVAL);
    }
    CHECK_FAILS(syscall(SYS_nanosleep, NULL, NULL), EFAULT);
    CHECK_FAILS(syscall(SYS_clock_nanosleep, 99, 0, &wrong[0], NULL), EINVAL);
}

static void names_have_a_limit(void)
{
    char path[5000];
    memset(path, 'a', sizeof path);
    path[sizeof path - 1] = 0;
    CHECK_FAILS(open(path, O_RDONLY), ENAMETOOLONG);
    path[256] = 0;
    CHECK_FAILS(open(path, O_RDONLY), ENAMETOOLONG);
    path[255] = 0;
    CHECK_FAILS(open(path, O_RDONLY), ENOENT);
    CHECK_FAILS(open("", O_RDONLY), ENOENT);
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
    sizes_are_checked_first();
    times_are_checked();
    names_have_a_limit();
    identity_is_known();
    random_numbers_differ();
    the_thread_pointer_is_kept();
    puts("syscalls: all as it should be");
    return 0;
}
