// Files of the RAM file system: what the initramfs brought, and what is written to it.
#include "../common/check.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static void a_file_of_the_initramfs_reads_as_packed(void)
{
    char buffer[64];
    const int file = open("/data/greeting.txt", O_RDONLY);
    CHECK(file == 3); // the lowest that is free
    CHECK(read(file, buffer, sizeof buffer) == 17);
    CHECK(memcmp(buffer, "greetings, guest\n", 17) == 0);
    CHECK(read(file, buffer, sizeof buffer) == 0);
    CHECK(lseek(file, 11, SEEK_SET) == 11);
    CHECK(read(file, buffer, 5) == 5 && memcmp(buffer, "guest", 5) == 0);
    CHECK(lseek(file, -6, SEEK_END) == 11);
    CHECK(pread(file, buffer, 9, 0) == 9 && memcmp(buffer, "greetings", 9) == 0);
    CHECK(lseek(file, 0, SEEK_CUR) == 11);
    CHECK_FAILS(lseek(file, -1, SEEK_SET), EINVAL);
    CHECK_FAILS(write(file, "x", 1), EBADF);

    struct stat status;
    CHECK(fstat(file, &status) == 0);
    CHECK(S_ISREG(status.st_mode) && status.st_size == 17);
    CHECK(close(file) == 0);
    CHECK_FAILS(close(file), EBADF);
    CHECK_FAILS(read(file, buffer, 1), EBADF);
}

static void a_new_file_keeps_what_is_written(void)
{
    static char pattern[10000];
    static char back[sizeof pattern];
    for (unsigned i = 0; i < sizeof pattern; ++i)
        pattern[i] = (char)(i * 7 + i / 256);

    int file = open("/new", O_RDWR | O_CREAT | O_EXCL, 0600);
    CHECK(file >= 0);
    CHECK(write(file, pattern, sizeof pattern) == sizeof pattern);
    CHECK(lseek(file, 0, SEEK_SET) == 0);
    CHECK(read(file, back, sizeof back) == sizeof back);
    CHECK(memcmp(pattern, back, sizeof back) == 0);
    CHECK(close(file) == 0);

    CHECK_FAILS(open("/new", O_RDWR | O_CREAT | O_EXCL, 0600), EEXIST);
    file = open("/new", O_WRONLY | O_APPEND);
    CHECK(write(file, "end", 3) == 3);
    CHECK(close(file) == 0);
    struct stat status;
    CHECK(stat("/new", &status) == 0 && status.st_size == sizeof pattern + 3);
    file = open("/new", O_WRONLY | O_TRUNC);
    CHECK(fstat(file, &status) == 0 && status.st_size == 0);
    CHECK(close(file) == 0);
}

static void a_file_of_the_initramfs_can_be_changed(void)
{
    char buffer[32];
    const int file = open("/data/greeting.txt", O_RDWR);
    CHECK(pwrite(file, "G", 1, 0) == 1);
    CHECK(pread(file, buffer, 9, 0) == 9 && memcmp(buffer, "Greetings", 9) == 0);
    CHECK(close(file) == 0);
}

static void holes_read_as_zeros(void)
{
    char buffer[16] = "full";
    const int file = open("/sparse", O_RDWR | O_CREAT, 0600);
    CHECK(lseek(file, 100000, SEEK_SET) == 100000);
    CHECK(write(file, "x", 1) == 1);
    CHECK(pread(file, buffer, sizeof buffer, 50000) == sizeof buffer);
    for (unsigned i = 0; i < sizeof buffer; ++i)
        CHECK(buffer[i] == 0);
    CHECK(ftruncate(file, 10) == 0 && ftruncate(file, 100001) == 0);
    CHECK(pread(file, buffer, 1, 100000) == 1 && buffer[0] == 0);
    CHECK(close(file) == 0);
}

static void a_mapped_file_shows_its_content_and_keeps_its_own(void)
{
    const int file = open("/data/greeting.txt", O_RDWR);
    char* const content = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);
    CHECK(content != MAP_FAILED);
    CHECK(memcmp(content + 1, "reetings, guest\n", 16) == 0);
    CHECK(content[17] == 0 && content[4095] == 0);
    content[0] = '!';
    char first = 0;
    CHECK(pread(file, &first, 1, 0) == 1 && first == 'G');
    // Reading a file into a mapping of itself that is not there yet: the kernel faults on the file it reads.
    char* const other = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);
    CHECK(pread(file, other, 17, 0) == 17 && other[0] == 'G');
    CHECK(close(file) == 0 && munmap(content, 4096) == 0 && munmap(other, 4096) == 0);
}

static void vectors_go_in_order(void)
{
    char a[3];
    char b[5];
    const int file = open("/vectors", O_RDWR | O_CREAT, 0600);
    const struct iovec out[] = {{"one", 3}, {"", 0}, {" two!", 5}};
    CHECK(writev(file, out, 3) == 8);
    CHECK(lseek(file, 0, SEEK_SET) == 0);
    const struct iovec in[] = {{a, 3}, {b, 5}};
    CHECK(readv(file, in, 2) == 8);
    CHECK(memcmp(a, "one", 3) == 0 && memcmp(b, " two!", 5) == 0);
    CHECK(close(file) == 0);
}

static void paths_are_followed(void)
{
    struct stat status;
    char target[64];
    CHECK(stat("/data/../data/./greeting.txt", &status) == 0);
    CHECK(stat("data/greeting.txt", &status) == 0);
    CHECK(lstat("/link", &status) == 0 && S_ISLNK(status.st_mode));
    CHECK(stat("/link", &status) == 0 && S_ISREG(status.st_mode));
    CHECK(readlink("/link", target, sizeof target) == 17 && memcmp(target, "data/greeting.txt", 17) == 0);
    CHECK(stat("/data/", &status) == 0 && S_ISDIR(status.st_mode));
    CHECK_FAILS(open("/nothing", O_RDONLY), ENOENT);
    CHECK_FAILS(open("", O_RDONLY), ENOENT);
    CHECK_FAILS(open("/nothing/below", O_RDONLY), ENOENT);
    CHECK_FAILS(open("/data/greeting.txt/below", O_RDONLY), ENOTDIR);
    CHECK_FAILS(open("/data/greeting.txt/", O_RDONLY), ENOTDIR);
    CHECK_FAILS(open("/data", O_WRONLY), EISDIR);
    CHECK_FAILS(open("/data/greeting.txt", O_RDONLY | O_DIRECTORY), ENOTDIR);
    CHECK_FAILS(open("/loop", O_RDONLY), ELOOP);
    CHECK_FAILS(open("/link", O_RDONLY | O_NOFOLLOW), ELOOP);
    CHECK_FAILS(open((const char*)1, O_RDONLY), EFAULT);

    static char too_long[PATH_MAX + 10];
    memset(too_long, 'a', sizeof too_long - 1);
    CHECK_FAILS(open(too_long, O_RDONLY), ENAMETOOLONG);
    too_long[300] = 0;
    CHECK_FAILS(open(too_long, O_RDONLY), ENAMETOOLONG);

    const int directory = open("/data", O_RDONLY | O_DIRECTORY);
    const int file = openat(directory, "greeting.txt", O_RDONLY);
    CHECK(directory >= 0 && file >= 0);
    CHECK(close(file) == 0 && close(directory) == 0);
}

static void a_directory_lists_all_it_holds(void)
{
    DIR* const directory = opendir("/many");
    CHECK(directory != NULL);
    int files = 0;
    int dots = 0;
    for (struct dirent* entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
        if (entry->d_name[0] == '.')
            ++dots;
        else
            files += entry->d_type == DT_REG;
    }
    CHECK(files == 200 && dots == 2);
    CHECK(closedir(directory) == 0);
}

static void devices_are_there(void)
{
    char buffer[16] = "something";
    struct stat status;
    const int null = open("/dev/null", O_RDWR);
    CHECK(write(null, "gone", 4) == 4 && read(null, buffer, 4) == 0);
    const int zero = open("/dev/zero", O_RDONLY);
    CHECK(read(zero, buffer, 9) == 9 && buffer[0] == 0 && buffer[8] == 0);
    const int full = open("/dev/full", O_WRONLY);
    CHECK_FAILS(write(full, "x", 1), ENOSPC);
    CHECK(stat("/dev/console", &status) == 0 && S_ISCHR(status.st_mode));
    CHECK(lseek(null, 17, SEEK_SET) == 0);
    struct winsize size;
    CHECK(ioctl(1, TIOCGWINSZ, &size) == 0);
    CHECK_FAILS(ioctl(null, TIOCGWINSZ, &size), ENOTTY);
    CHECK(close(null) == 0 && close(zero) == 0 && close(full) == 0);
}

static void descriptors_run_out_at_the_limit(void)
{
    int count = 0;
    int last = 0;
    for (int file = open("/dev/null", O_RDONLY); file >= 0; file = open("/dev/null", O_RDONLY)) {
        last = file;
        ++count;
    }
    CHECK(errno == EMFILE && last == 1023 && count == 1021);
    for (int file = 3; file < 1024; ++file)
        CHECK(close(file) == 0);
}

int main(void)
{
    a_file_of_the_initramfs_reads_as_packed();
    a_new_file_keeps_what_is_written();
    a_file_of_the_initramfs_can_be_changed();
    holes_read_as_zeros();
    a_mapped_file_shows_its_content_and_keeps_its_own();
    vectors_go_in_order();
    paths_are_followed();
    a_directory_lists_all_it_holds();
    devices_are_there();
    descriptors_run_out_at_the_limit();
    puts("files: all as it should be");
    return 0;
}
