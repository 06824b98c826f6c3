// Names: making, linking, renaming and removing them, and what path walks say on the way.
#define _GNU_SOURCE

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SAY(call) say(#call, (long)(call))

static void say(const char* what, long result)
{
    if (result < 0)
        printf("%s: %s\n", what, strerror(errno));
    else
        printf("%s: %ld\n", what, result);
}

static int renameat2_(const char* from, const char* to, unsigned flags)
{
    return (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, flags);
}

static long links(const char* path)
{
    struct stat status;
    return lstat(path, &status) == 0 ? (long)status.st_nlink : -1;
}

static int touch(const char* path)
{
    const int file = open(path, O_CREAT | O_WRONLY, 0644);
    return file < 0 ? -1 : close(file);
}

static void directories(void)
{
    SAY(mkdir("a", 0755));
    SAY(mkdir("a", 0755));
    SAY(mkdir("a/b/", 0755));
    SAY(mkdir("a/missing/c", 0755));
    SAY(mkdir("", 0755));
    SAY(mkdir(".", 0755));
    SAY(mkdir("/", 0755));
    SAY(mkdir("a/..", 0755));
    SAY(links("a"));
    SAY(links("a/b"));
    SAY(touch("a/file"));
    SAY(mkdir("a/file/x", 0755));
    SAY(mkdir("a/file", 0755));
    SAY(rmdir("a"));
    SAY(rmdir("a/file"));
    SAY(rmdir("a/b/."));
    SAY(rmdir("a/b/.."));
    SAY(rmdir("/"));
    SAY(rmdir("a/b"));
    SAY(links("a"));
    SAY(unlink("a"));
    SAY(unlink("a/file/"));
    SAY(unlink("a/"));
    SAY(unlink("a/."));
    SAY(unlink("a/missing"));
    SAY(unlink("a/missing/"));
    SAY(unlink("a/file"));
    SAY(rmdir("a"));
    char long_name[300];
    memset(long_name, 'x', sizeof long_name);
    long_name[256] = '\0';
    SAY(mkdir(long_name, 0755));
    long_name[255] = '\0';
    SAY(mkdir(long_name, 0755));
    SAY(rmdir(long_name));
}

static void hard_links(void)
{
    struct stat first;
    struct stat second;
    SAY(touch("one"));
    SAY(link("one", "two"));
    SAY(links("one"));
    SAY(stat("one", &first) | stat("two", &second));
    SAY(first.st_ino == second.st_ino);
    SAY(link("one", "two"));
    SAY(link("missing", "three"));
    SAY(link("one", "three/"));
    SAY(link("one", "two/x"));
    SAY(mkdir("folder", 0755));
    SAY(link("folder", "other"));
    SAY(unlink("one"));
    SAY(links("two"));
    const int file = open("two", O_RDWR);
    SAY(write(file, "kept", 4));
    SAY(unlink("two"));
    char text[8] = "";
    SAY(pread(file, text, 8, 0));
    SAY(fstat(file, &first));
    SAY(first.st_nlink);
    puts(text);
    close(file);
    SAY(symlink("nowhere", "dangling"));
    SAY(link("dangling", "dangling2"));
    SAY(links("dangling"));
    SAY(linkat(AT_FDCWD, "dangling", AT_FDCWD, "x", AT_SYMLINK_FOLLOW));
    SAY(linkat(AT_FDCWD, "dangling", AT_FDCWD, "x", 0x1));
    unlink("dangling");
    unlink("dangling2");
    rmdir("folder");
}

static void symbolic_links(void)
{
    char text[64];
    SAY(symlink("", "empty"));
    SAY(symlink("target", "link"));
    SAY(symlink("target", "link"));
    SAY(symlink("target", "new/"));
    memset(text, 0, sizeof text);
    SAY(readlink("link", text, sizeof text));
    puts(text);
    SAY(readlink("link", text, 3));
    SAY(readlink("link", text, 0));
    SAY(readlink(".", text, 8));
    SAY(readlink("missing", text, 8));
    SAY(open("link", O_RDONLY));
    SAY(open("link", O_RDONLY | O_NOFOLLOW));
    SAY(open("link", O_CREAT | O_EXCL | O_WRONLY, 0644));
    const int made = open("link", O_CREAT | O_WRONLY, 0644);
    SAY(made >= 0);
    close(made);
    SAY(access("target", F_OK));
    SAY(mkdir("link", 0755));
    SAY(open("link/", O_RDONLY));
    SAY(open("link/x", O_RDONLY));
    SAY(symlink("loop2", "loop1"));
    SAY(symlink("loop1", "loop2"));
    SAY(open("loop1", O_RDONLY));
    SAY(open("loop1/x", O_RDONLY));
    SAY(unlink("link/"));
    SAY(mkdir("dir", 0755));
    SAY(symlink("dir", "to_dir"));
    SAY(rmdir("to_dir"));
    SAY(rmdir("to_dir/"));
    SAY(unlink("to_dir/"));
    SAY(mkdir("to_dir/inner", 0755));
    SAY(rmdir("dir/inner"));
    struct stat status;
    SAY(lstat("to_dir", &status));
    SAY(S_ISLNK(status.st_mode));
    SAY(status.st_size);
    SAY(lstat("to_dir/", &status));
    SAY(S_ISDIR(status.st_mode));
    // Forty links are followed, not one more.
    touch("end");
    char name[16];
    char to[16];
    for (int i = 0; i <= 40; ++i) {
        snprintf(name, sizeof name, "l%d", i);
        snprintf(to, sizeof to, i == 0 ? "end" : "l%d", i - 1);
        symlink(to, name);
    }
    SAY(access("l39", F_OK));
    SAY(access("l40", F_OK));
    for (int i = 0; i <= 40; ++i) {
        snprintf(name, sizeof name, "l%d", i);
        unlink(name);
    }
    unlink("end"), unlink("target"), unlink("link"), unlink("loop1"), unlink("loop2"), unlink("to_dir"), rmdir("dir");
}

static void renames(void)
{
    struct stat status;
    touch("f"), touch("g"), mkdir("d", 0755), mkdir("e", 0755), mkdir("d/sub", 0755);
    SAY(rename("f", "h"));
    SAY(access("f", F_OK));
    SAY(rename("missing", "x"));
    SAY(rename("h", "g"));
    SAY(rename("g", "g"));
    SAY(rename("g", "d"));
    SAY(rename("d", "g"));
    SAY(rename("e", "d"));
    SAY(rename("d", "d/sub/below"));
    SAY(rename("d", "d"));
    SAY(rename("d/sub", "d"));
    SAY(rename("d/sub", "e"));
    SAY(links("d"));
    SAY(links("e"));
    SAY(rename("e/", "d/moved/"));
    SAY(links("d"));
    SAY(rename("g/", "x"));
    SAY(rename("g", "x/"));
    SAY(rename(".", "x"));
    SAY(rename("d/..", "x"));
    SAY(rename("g", "."));
    SAY(rename("d/moved", ""));
    touch("other");
    SAY(renameat2_("g", "other", 1));
    SAY(renameat2_("g", "fresh", 1));
    SAY(renameat2_("fresh", "missing", 2));
    SAY(renameat2_("fresh", "d", 2));
    SAY(stat("d", &status));
    SAY(S_ISREG(status.st_mode));
    SAY(stat("fresh/moved", &status));
    SAY(S_ISDIR(status.st_mode));
    SAY(renameat2_("fresh", "fresh/moved", 2));
    SAY(renameat2_("d", "fresh", 3));
    SAY(renameat2_("d", "fresh", 64));
    link("other", "again");
    SAY(rename("other", "again"));
    SAY(access("other", F_OK));
    unlink("other"), unlink("again"), unlink("d"), rmdir("fresh/moved"), rmdir("fresh");
}

static void places(void)
{
    char text[PATH_MAX];
    mkdir("p", 0755), mkdir("p/q", 0755);
    SAY(chdir("p/q"));
    puts(getcwd(text, sizeof text));
    SAY(chdir(".."));
    puts(getcwd(text, sizeof text));
    SAY((long)syscall(SYS_getcwd, text, 3));
    SAY((long)syscall(SYS_getcwd, text, sizeof text));
    SAY(chdir("missing"));
    SAY(chdir(""));
    touch("file");
    SAY(chdir("file"));
    const int here = open(".", O_RDONLY | O_DIRECTORY);
    SAY(chdir("q"));
    SAY(rename("../q", "../r"));
    puts(getcwd(text, sizeof text));
    SAY(rmdir("../r"));
    SAY(getcwd(text, sizeof text) == NULL);
    SAY(touch("file"));
    SAY(access(".", F_OK));
    SAY(access("..", F_OK));
    SAY(fchdir(here));
    puts(getcwd(text, sizeof text));
    const int file = open("file", O_RDONLY);
    SAY(fchdir(file));
    SAY(openat(file, "x", O_RDONLY));
    SAY(openat(here, "file", O_RDONLY) >= 0);
    SAY(openat(99, "x", O_RDONLY));
    SAY(openat(99, "/", O_RDONLY) >= 0);
    SAY(unlinkat(here, "file", 0));
    SAY(unlinkat(here, "file", 0x4000));
    SAY(chdir("/tmp"));
    SAY(rmdir("p"));
}

static int entries(const char* path)
{
    DIR* const directory = opendir(path);
    if (directory == NULL)
        return -1;
    int count = 0;
    int seen[200] = {0};
    struct dirent* entry;
    while ((entry = readdir(directory)) != NULL) {
        int number;
        if (sscanf(entry->d_name, "n%d", &number) == 1) {
            ++seen[number];
            if (number % 2 == 0) { // removing what was seen loses nothing else
                char name[64];
                snprintf(name, sizeof name, "%s/n%d", path, number);
                unlink(name);
            }
        }
        ++count;
    }
    closedir(directory);
    for (int i = 0; i < 200; ++i)
        if (seen[i] > 1)
            printf("n%d is there %d times\n", i, seen[i]);
    return count;
}

static void listings(void)
{
    char name[64];
    char buffer[24];
    SAY(mkdir("list", 0755));
    SAY(entries("list"));
    for (int i = 0; i < 200; ++i) {
        snprintf(name, sizeof name, "list/n%d", i);
        touch(name);
    }
    SAY(entries("list"));
    SAY(entries("list"));
    const int directory = open("list", O_RDONLY);
    SAY((long)syscall(SYS_getdents64, directory, buffer, 10));
    SAY((long)syscall(SYS_getdents64, directory, buffer, sizeof buffer));
    SAY(read(directory, buffer, 1));
    SAY((long)syscall(SYS_getdents64, 0, buffer, sizeof buffer));
    close(directory);
    for (int i = 0; i < 200; ++i) {
        snprintf(name, sizeof name, "list/n%d", i);
        unlink(name);
    }
    SAY(rmdir("list"));
}

int main(void)
{
    directories();
    hard_links();
    symbolic_links();
    renames();
    places();
    listings();
    return 0;
}
