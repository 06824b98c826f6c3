// What a program finds when it starts.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char** environ;

int main(int argc, char** argv)
{
    char directory[64];
    printf("%d argument, argv[1] is %s\n", argc, argv[1] == NULL ? "null" : argv[1]);
    for (char** variable = environ; *variable != NULL; ++variable)
        printf("%s\n", *variable);
    printf("in %s\n", getcwd(directory, sizeof directory));
    printf("leads its session: %d\n", getsid(0) == getpid());
    printf("terminals: %d %d %d\n", isatty(0), isatty(1), isatty(2));
    printf("user %d, group %d\n", (int)getuid(), (int)getgid());
    return 0;
}
