// Reads lines from the console, as a terminal gives them.
#include "../common/check.h"

#include <unistd.h>

int main(void)
{
    char line[100];
    puts("your name?");
    const long length = read(0, line, sizeof line);
    CHECK(length > 1 && line[length - 1] == '\n');
    printf("hello, %.*s!\n", (int)length - 1, line);
    return (int)length;
}
