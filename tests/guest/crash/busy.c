// Never sleeps and never ends: what runs while the kernel dies.
#include <stdio.h>

int main(void)
{
    puts("busy");
    for (;;)
        ;
}
