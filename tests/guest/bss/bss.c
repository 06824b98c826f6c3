// Zero-initialised memory is zero, whatever page it shares with the file's data, and comes only when touched.
#include "../common/check.h"

static char behind_data[100];
static char large[256 << 20]; // more than the machine has
static int initialised = 0x12345678;

int main(void)
{
    CHECK(initialised == 0x12345678);
    for (unsigned i = 0; i < sizeof behind_data; ++i)
        CHECK(behind_data[i] == 0);
    for (size_t i = 0; i < sizeof large; i += 4 << 20) {
        CHECK(large[i] == 0);
        large[i] = 1;
    }
    for (size_t i = 0; i < sizeof large; i += 4 << 20)
        CHECK(large[i] == 1 && large[i + 1] == 0);
    puts("bss: all as it should be");
    return 0;
}
