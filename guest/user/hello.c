// The first program: says hello and how it was started. Its status is its first argument, or 7.
#include <stdio.h>
#include <stdlib.h>
#include <sys/utsname.h>
#include <unistd.h>

int main(int argc, char** argv)
{
    struct utsname system;
    if (uname(&system) != 0)
        return 1;
    printf("Hello from %s, process %d on %s %s (%s)\n", argv[0], getpid(), system.sysname, system.release,
           system.machine);
    for (int i = 1; i < argc; ++i)
        printf("argument %d: %s\n", i, argv[i]);
    return argc > 1 ? atoi(argv[1]) : 7;
}
