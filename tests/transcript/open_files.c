// Opening, reading, writing, descriptors, attributes, permissions.
#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define SAY(call) say(#call, (long)(call))

static void say(const char* what, long result)
{
    if (result < 0)
        printf("%s: %s\n", what, strerror(errno));
    else
        printf("%s: %ld\n", what, result);
}

static long opens(const char* path, int flags)
{
    const int file = open(path, flags, 0666);
    if (file < 0)
        return -1;
    close(file);
    return 1;
}

static long mode(const char* path)
{
    struct stat status;
    if (lstat(path, &status) != 0)
        return -1;
    printf("%06o ", status.st_mode);
    return 0;
}

static void flags(void)
{
    SAY(opens("missing", O_RDONLY));
    SAY(opens("file", O_CREAT | O_RDWR));
    SAY(opens("file", O_CREAT | O_EXCL | O_RDWR));
    SAY(opens("file/", O_RDONLY));
    SAY(opens("new/", O_CREAT | O_RDWR));
    SAY(opens("file", O_DIRECTORY));
    SAY(opens(".", O_RDWR));
    SAY(opens(".", O_RDONLY));
    SAY(opens(".", O_CREAT | O_RDONLY));
    SAY(opens("", O_RDONLY));
    SAY(opens("file", O_DIRECTORY | O_CREAT));
    SAY(opens("file", O_WRONLY | O_TRUNC));
    SAY(opens(".", O_TMPFILE | O_RDONLY));
    SAY(opens(".", O_TMPFILE | O_RDWR));
    const int unnamed = open(".", O_TMPFILE | O_RDWR, 0600);
    struct stat status;
    fstat(unnamed, &status);
    SAY(status.st_nlink);
    SAY(write(unnamed, "abc", 3));
    close(unnamed);
    const int place = open("file", O_PATH);
    char byte;
    SAY(read(place, &byte, 1));
    SAY(write(place, &byte, 1));
    SAY(fchmod(place, 0600));
    SAY(ftruncate(place, 1));
    SAY(fstat(place, &status));
    SAY(fcntl(place, F_GETFL) == O_PATH);
    close(place);
    const int reader = open("file", O_RDONLY);
    SAY(write(reader, "x", 1));
    SAY(ftruncate(reader, 0));
    SAY(fcntl(reader, F_GETFL) & (O_ACCMODE | O_APPEND | O_NONBLOCK));
    SAY(fcntl(reader, F_SETFL, O_APPEND | O_NONBLOCK | O_CREAT));
    SAY((fcntl(reader, F_GETFL) & (O_ACCMODE | O_APPEND | O_NONBLOCK | O_CREAT)) == (O_APPEND | O_NONBLOCK));
    close(reader);
    const int writer = open("file", O_WRONLY);
    SAY(read(writer, &byte, 1));
    close(writer);
    SAY(close(writer));
}

static void offsets(void)
{
    char text[32] = "";
    const int file = open("data", O_CREAT | O_RDWR | O_TRUNC, 0644);
    SAY(write(file, "0123456789", 10));
    SAY(lseek(file, 2, SEEK_SET));
    SAY(read(file, text, 3));
    puts(text);
    SAY(lseek(file, -1, SEEK_CUR));
    SAY(lseek(file, -20, SEEK_CUR));
    SAY(lseek(file, 0, 17));
    SAY(lseek(file, 5, SEEK_END));
    SAY(read(file, text, 3));
    SAY(write(file, "x", 1));
    SAY(lseek(file, 0, SEEK_END));
    SAY(pread(file, text, 16, 8));
    for (int i = 0; i < 8; ++i)
        printf("%02x ", text[i]);
    puts("");
    SAY(pread(file, text, 1, -1));
    SAY(pwrite(file, "y", 1, 0));
    SAY(lseek(file, 0, SEEK_CUR));
    SAY(ftruncate(file, 4));
    SAY(ftruncate(file, 8));
    SAY(ftruncate(file, -1));
    SAY(pread(file, text, 16, 0));
    for (int i = 0; i < 8; ++i)
        printf("%02x ", text[i]);
    puts("");
    SAY(truncate("data", 2));
    SAY(truncate("missing", 2));
    SAY(truncate(".", 2));
    SAY(truncate("data", -2));
    struct iovec vectors[3] = {{"ab", 2}, {NULL, 0}, {"cde", 3}};
    SAY(lseek(file, 0, SEEK_SET));
    SAY(writev(file, vectors, 3));
    SAY(writev(file, vectors, -1));
    SAY(writev(file, vectors, 0));
    const int appender = open("data", O_WRONLY | O_APPEND);
    SAY(write(appender, "fg", 2));
    SAY(lseek(appender, 0, SEEK_CUR));
    SAY(pwrite(appender, "h", 1, 0));
    SAY(lseek(file, 0, SEEK_END));
    memset(text, 0, sizeof text);
    SAY(pread(file, text, 31, 0));
    puts(text);
    SAY(lseek(file, 0, SEEK_DATA));
    SAY(lseek(file, 0, SEEK_HOLE));
    SAY(lseek(file, 100, SEEK_DATA));
    close(file), close(appender);
}

static void descriptors(void)
{
    const int file = open("data", O_RDONLY);
    char byte = 0;
    const int copy = dup(file);
    SAY(copy > file);
    SAY(read(file, &byte, 1));
    SAY(lseek(copy, 0, SEEK_CUR));
    SAY(dup2(file, 50));
    SAY(dup2(file, file) == file);
    SAY(dup2(99, 50));
    SAY(dup2(99, 99));
    SAY(dup2(file, -1));
    SAY(dup3(file, file, 0));
    SAY(dup3(file, 51, O_CLOEXEC));
    SAY(fcntl(51, F_GETFD));
    SAY(fcntl(50, F_GETFD));
    SAY(fcntl(50, F_SETFD, FD_CLOEXEC));
    SAY(fcntl(50, F_GETFD));
    SAY(dup3(file, 51, O_APPEND));
    SAY(fcntl(file, F_DUPFD, 60));
    SAY(fcntl(file, F_DUPFD_CLOEXEC, 60));
    SAY(fcntl(61, F_GETFD));
    SAY(fcntl(file, F_DUPFD, -1));
    SAY(fcntl(file, 9999));
    SAY(fcntl(99, F_GETFD));
    SAY((long)syscall(SYS_close_range, 50, 61, 0));
    SAY(fcntl(60, F_GETFD));
    SAY((long)syscall(SYS_close_range, 61, 50, 0));
    close(file), close(copy);
}

static void attributes(void)
{
    struct stat status;
    umask(022);
    SAY(opens("fresh", O_CREAT | O_WRONLY));
    SAY(mode("fresh"));
    SAY(umask(077));
    SAY(opens("fresher", O_CREAT | O_WRONLY));
    SAY(mode("fresher"));
    SAY(umask(022));
    SAY(chmod("fresh", 06755));
    SAY(mode("fresh"));
    SAY(chown("fresh", 1000, 1000));
    SAY(mode("fresh"));
    stat("fresh", &status);
    SAY(status.st_uid);
    SAY(status.st_gid);
    SAY(chown("fresh", -1, 7));
    stat("fresh", &status);
    SAY(status.st_uid);
    SAY(status.st_gid);
    SAY(chmod("missing", 0600));
    SAY(mknod("pipe", S_IFIFO | 0640, 0));
    SAY(mode("pipe"));
    SAY(mknod("pipe", S_IFIFO | 0640, 0));
    SAY(mknod("folder", S_IFDIR | 0700, 0));
    SAY(mknod("plain", 0600, 0));
    SAY(mode("plain"));
    SAY(mknod("null", S_IFCHR | 0666, 0x103));
    SAY(mode("null"));
    stat("null", &status);
    SAY(status.st_rdev);
    const struct timespec times[2] = {{1000, 5}, {2000, 7}};
    SAY(utimensat(AT_FDCWD, "plain", times, 0));
    stat("plain", &status);
    printf("%ld.%ld %ld.%ld\n", (long)status.st_atim.tv_sec, status.st_atim.tv_nsec, (long)status.st_mtim.tv_sec,
           status.st_mtim.tv_nsec);
    const struct timespec partly[2] = {{0, UTIME_OMIT}, {3000, 0}};
    SAY(utimensat(AT_FDCWD, "plain", partly, 0));
    stat("plain", &status);
    printf("%ld %ld\n", (long)status.st_atim.tv_sec, (long)status.st_mtim.tv_sec);
    const struct timespec wrong[2] = {{0, 2000000000}, {0, 0}};
    SAY(utimensat(AT_FDCWD, "plain", wrong, 0));
    SAY(utimensat(AT_FDCWD, "missing", times, 0));
    const struct timespec changed = status.st_ctim;
    SAY(chmod("plain", 0644));
    stat("plain", &status);
    SAY(status.st_ctim.tv_sec > changed.tv_sec ||
        (status.st_ctim.tv_sec == changed.tv_sec && status.st_ctim.tv_nsec >= changed.tv_nsec));
    SAY(status.st_mtim.tv_sec);
    SAY(access("plain", R_OK | W_OK));
    SAY(access("plain", X_OK));
    SAY(access("plain", 8));
    SAY(faccessat(AT_FDCWD, "plain", R_OK, AT_EACCESS));
}

static void as_somebody(void)
{
    struct stat status;
    umask(022);
    SAY(mkdir("private", 0700));
    SAY(opens("private/x", O_CREAT | O_WRONLY));
    SAY(mkdir("public", 01777));
    SAY(chmod("public", 01777));
    SAY(opens("public/roots", O_CREAT | O_WRONLY));
    SAY(opens("rootfile", O_CREAT | O_WRONLY));
    SAY(mkdir("grouped", 0777));
    SAY(chown("grouped", 0, 500));
    SAY(chmod("grouped", 02777));
    fflush(stdout);
    const pid_t child = fork();
    if (child == 0) {
        SAY(setgid(1000));
        SAY(setuid(1000));
        SAY(opens("private/x", O_RDONLY));
        SAY(chdir("private"));
        SAY(opens("private", O_RDONLY));
        SAY(opens("rootfile", O_RDONLY));
        SAY(opens("rootfile", O_WRONLY));
        SAY(access("rootfile", W_OK));
        SAY(truncate("rootfile", 0));
        SAY(chmod("rootfile", 0777));
        SAY(chown("rootfile", 1000, 1000));
        SAY(utimensat(AT_FDCWD, "rootfile", NULL, 0));
        SAY(unlink("public/roots"));
        SAY(rename("public/roots", "public/mine"));
        SAY(opens("public/mine", O_CREAT | O_WRONLY));
        stat("public/mine", &status);
        SAY(status.st_uid);
        SAY(chmod("public/mine", 04755));
        SAY(mode("public/mine"));
        const int file = open("public/mine", O_WRONLY);
        SAY(write(file, "x", 1));
        SAY(mode("public/mine"));
        SAY(chown("public/mine", 0, -1));
        SAY(chown("public/mine", -1, 1000));
        SAY(unlink("public/mine"));
        SAY(opens("grouped/file", O_CREAT | O_WRONLY));
        stat("grouped/file", &status);
        SAY(status.st_gid);
        SAY(mkdir("grouped/sub", 0755));
        stat("grouped/sub", &status);
        SAY(status.st_gid);
        SAY(mode("grouped/sub"));
        SAY(mknod("grouped/dev", S_IFCHR | 0666, 0x103));
        SAY(link("rootfile", "public/stolen"));
        SAY(chroot("."));
        fflush(stdout);
        _exit(0);
    }
    waitpid(child, NULL, 0);
}

int main(void)
{
    flags();
    offsets();
    descriptors();
    attributes();
    as_somebody();
    return 0;
}
