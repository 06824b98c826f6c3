// The stack grows as it is used, megabytes deep.
#include "../common/check.h"

static int descend(int depth)
{
    volatile char frame[16384];
    frame[0] = (char)depth;
    frame[sizeof frame - 1] = (char)depth;
    const int below = depth == 0 ? 0 : descend(depth - 1);
    return below + (frame[0] == (char)depth && frame[sizeof frame - 1] == (char)depth);
}

int main(void)
{
    CHECK(descend(399) == 400); // 6.25 MiB
    puts("stack: all as it should be");
    return 0;
}
