// A chain of programs: each starts the next in its place. Its own number is its last argument.
#include "../common/check.h"

#include <fcntl.h>
#include <unistd.h>

// What does not fit is refused, and the caller goes on.
static void too_many_arguments_are_refused(void)
{
    static char large[256 << 10];
    memset(large, 'a', sizeof large - 1);
    CHECK_FAILS(execl("/init", "init", large, NULL), E2BIG);
    static char* many[20000];
    for (int i = 0; i < 19999; ++i)
        many[i] = "argument";
    char* const none[] = {NULL};
    CHECK_FAILS(execve("/init", many, none), E2BIG);
    CHECK_FAILS(execve("/init", none, many), E2BIG);
    CHECK_FAILS(execve("/init", (char**)0xffffffff80200000, none), EFAULT);
    char* const wrong[] = {(char*)0xffffffff80200000, NULL};
    CHECK_FAILS(execve("/init", wrong, none), EFAULT);
}

int main(int argc, char** argv)
{
    const int round = argc > 1 ? atoi(argv[argc - 1]) : 0;
    if (round == 0) {
        CHECK_FAILS(execl("/nothing", "nothing", NULL), ENOENT);
        CHECK_FAILS(execl("/data", "data", NULL), EACCES);
        CHECK_FAILS(execl("/not-executable", "x", NULL), EACCES);
        CHECK_FAILS(execl("/not-a-program", "x", NULL), ENOEXEC);
        CHECK_FAILS(execl("/truncated", "x", NULL), ENOEXEC);
        too_many_arguments_are_refused();
        CHECK(open("/dev/null", O_RDONLY) == 3);
        CHECK(open("/dev/null", O_RDONLY | O_CLOEXEC) == 4);
    } else {
        char byte;
        CHECK(read(3, &byte, 1) == 0);
        CHECK_FAILS(read(4, &byte, 1), EBADF);
        CHECK(strcmp(getenv("ROUND"), argv[argc - 1]) == 0);
        CHECK(getpid() == 1);
    }
    printf("round %d\n", round);
    if (round == 20)
        return 21;
    char number[16];
    char setting[32];
    snprintf(number, sizeof number, "%d", round + 1);
    snprintf(setting, sizeof setting, "ROUND=%d", round + 1);
    char* const arguments[] = {argv[0], number, NULL};
    char* const environment[] = {setting, NULL};
    execve("/init", arguments, environment);
    CHECK(!"execve returned");
}
