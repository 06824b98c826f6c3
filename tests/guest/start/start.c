// What a program is told at its start: arguments, environment, auxiliary vector, open files.
#include "../common/check.h"

#include <elf.h>
#include <stdint.h>
#include <sys/auxv.h>
#include <unistd.h>

extern char** environ;
extern const Elf64_Ehdr __ehdr_start __attribute__((weak));

int main(int argc, char** argv)
{
    CHECK(argc == 4);
    CHECK(strcmp(argv[0], "/init") == 0 && strcmp(argv[1], "one") == 0 && strcmp(argv[2], "two") == 0);
    CHECK(strcmp(argv[3], "init=three") == 0 && argv[4] == NULL);
    CHECK(strcmp(getenv("HOME"), "/") == 0 && strcmp(getenv("TERM"), "linux") == 0 && environ[2] == NULL);

    CHECK(getauxval(AT_PAGESZ) == 4096 && getauxval(AT_CLKTCK) == 100);
    CHECK(getauxval(AT_PHENT) == sizeof(Elf64_Phdr) && getauxval(AT_PHNUM) > 0);
    const Elf64_Phdr* const headers = (const Elf64_Phdr*)getauxval(AT_PHDR);
    int loaded = 0;
    for (unsigned i = 0; i < getauxval(AT_PHNUM); ++i)
        loaded += headers[i].p_type == PT_LOAD;
    CHECK(loaded >= 2);
    CHECK(strcmp((const char*)getauxval(AT_EXECFN), "/init") == 0);
    CHECK(strcmp((const char*)getauxval(AT_PLATFORM), "x86_64") == 0);
    CHECK(getauxval(AT_UID) == 0 && getauxval(AT_SECURE) == 0 && getauxval(AT_BASE) == 0);
    CHECK((getauxval(AT_HWCAP) & 1u << 26) != 0); // SSE2, as every x86-64
    const uint64_t* const random = (const uint64_t*)getauxval(AT_RANDOM);
    CHECK(random[0] != random[1]);
    CHECK((uintptr_t)random > (uintptr_t)&argc);

    for (int file = 0; file < 3; ++file)
        CHECK(isatty(file));
    CHECK(close(3) == -1);
    printf("start: all as it should be, entry %#lx\n", getauxval(AT_ENTRY));
    return 0;
}
