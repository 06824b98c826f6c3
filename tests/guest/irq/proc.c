// What /proc says of interrupts, and what can be set there: the serial port's interrupt is sent from CPU to CPU, and
// comes where it was sent to when somebody types.
#include "../common/check.h"

#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#define SERIAL_IRQ "4"

static char text[16384];

// The whole file, in reads of `step` bytes.
static void read_file(const char* path, size_t step)
{
    const int file = open(path, O_RDONLY);
    CHECK(file >= 0);
    size_t size = 0;
    ssize_t count;
    while ((count = read(file, text + size, step)) > 0)
        size += (size_t)count;
    CHECK(count == 0 && size < sizeof text - step);
    text[size] = '\0';
    CHECK(close(file) == 0);
}

static void write_file(const char* path, const char* value)
{
    const int file = open(path, O_WRONLY | O_TRUNC);
    CHECK(file >= 0);
    CHECK(write(file, value, strlen(value)) == (ssize_t)strlen(value));
    CHECK(close(file) == 0);
}

static void refuses(const char* path, const char* value, int error)
{
    const int file = open(path, O_WRONLY);
    CHECK(file >= 0);
    CHECK_FAILS(write(file, value, strlen(value)), error);
    CHECK(close(file) == 0);
}

static void contains(const char* path, const char* expected)
{
    read_file(path, 512);
    if (strcmp(text, expected) != 0)
        printf("%s: %s", path, text);
    CHECK(strcmp(text, expected) == 0);
}

// As above, once the interrupt has left the CPU where it was: an earlier move may not be over yet.
static void becomes(const char* path, const char* expected)
{
    do {
        sched_yield();
        read_file(path, 512);
    } while (strcmp(text, expected) != 0);
}

// The columns of the line that begins with `label`.
static void counts_of(const char* label, unsigned long* counts, int cpus)
{
    read_file("/proc/interrupts", 4096);
    const char* line = strstr(text, label);
    CHECK(line != NULL);
    char* next = (char*)line + strlen(label);
    for (int cpu = 0; cpu < cpus; ++cpu)
        counts[cpu] = strtoul(next, &next, 10);
}

static int count_cpus(void)
{
    read_file("/proc/interrupts", 4096);
    *strchr(text, '\n') = '\0';
    int cpus = 0;
    for (const char* at = text; (at = strstr(at, "CPU")) != NULL; at += 3)
        ++cpus;
    return cpus;
}

static void the_files_are_listed(void)
{
    const char* const expected[] = {"interrupts", "softirqs", "irq"};
    for (size_t index = 0; index < sizeof expected / sizeof *expected; ++index) {
        DIR* const directory = opendir("/proc");
        CHECK(directory != NULL);
        const struct dirent* entry;
        do
            entry = readdir(directory);
        while (entry != NULL && strcmp(entry->d_name, expected[index]) != 0);
        CHECK(entry != NULL);
        CHECK(closedir(directory) == 0);
    }
    CHECK_FAILS(open("/proc/new", O_CREAT | O_WRONLY, 0644), EACCES);
    CHECK_FAILS(open("/proc/irq/200/smp_affinity", O_RDONLY), ENOENT);
}

static void interrupts_are_counted(int cpus)
{
    static char whole[sizeof text];
    const char* const labels[] = {"NMI:", "LOC:", "RES:", "CAL:", "TLB:", "ERR:"};
    read_file("/proc/interrupts", 4096);
    for (size_t index = 0; index < sizeof labels / sizeof *labels; ++index)
        CHECK(strstr(text, labels[index]) != NULL);
    CHECK(strstr(text, "IO-APIC   4-edge") != NULL && strstr(text, "ttyS0") != NULL);

    // In small pieces it is one text, too: the number of lines, since counts go up meanwhile.
    strcpy(whole, text);
    read_file("/proc/interrupts", 7);
    size_t lines = 0;
    size_t lines_in_pieces = 0;
    for (const char* at = whole; (at = strchr(at, '\n')) != NULL; ++at)
        ++lines;
    for (const char* at = text; (at = strchr(at, '\n')) != NULL; ++at)
        ++lines_in_pieces;
    CHECK(lines == lines_in_pieces && strlen(whole) == strlen(text));

    read_file("/proc/softirqs", 4096);
    CHECK(strstr(text, "TIMER:") != NULL && strstr(text, "RCU:") != NULL);
    CHECK(cpus >= 1);
}

static void affinity_can_be_set(int cpus)
{
    contains("/proc/irq/" SERIAL_IRQ "/effective_affinity_list", "0\n"); // where it was requested
    refuses("/proc/irq/" SERIAL_IRQ "/smp_affinity", "0", EINVAL);
    refuses("/proc/irq/" SERIAL_IRQ "/smp_affinity", "xyz", EINVAL);
    if (cpus < 32)
        refuses("/proc/irq/" SERIAL_IRQ "/smp_affinity_list", "31", EINVAL);
    refuses("/proc/irq/" SERIAL_IRQ "/smp_affinity_list", "1-0", ERANGE);
    CHECK_FAILS(open("/proc/irq/" SERIAL_IRQ "/nothing", O_RDONLY), ENOENT);

    write_file("/proc/irq/" SERIAL_IRQ "/smp_affinity", "1\n");
    char mask[16];
    sprintf(mask, "%0*x\n", (cpus + 3) / 4, 1);
    contains("/proc/irq/" SERIAL_IRQ "/smp_affinity", mask);
    contains("/proc/irq/" SERIAL_IRQ "/smp_affinity_list", "0\n");
    read_file("/proc/irq/" SERIAL_IRQ "/spurious", 512);
    CHECK(strncmp(text, "count ", 6) == 0 && strstr(text, "\nunhandled 0\n") != NULL);
}

// Somebody types a line when told to; the interrupt of it comes to `cpu` and to no other.
static void comes_to(int cpu, int cpus)
{
    unsigned long before[32] = {0};
    unsigned long after[32] = {0};
    char list[16];
    char line[16];
    sprintf(list, "%d\n", cpu);
    write_file("/proc/irq/" SERIAL_IRQ "/smp_affinity_list", list);
    contains("/proc/irq/" SERIAL_IRQ "/smp_affinity_list", list);
    becomes("/proc/irq/" SERIAL_IRQ "/effective_affinity_list", list);

    counts_of("\n  " SERIAL_IRQ ":", before, cpus);
    printf("waits for a line\n");
    fflush(stdout);
    CHECK(read(0, line, sizeof line) > 0);
    counts_of("\n  " SERIAL_IRQ ":", after, cpus);
    for (int each = 0; each < cpus; ++each)
        CHECK(each == cpu ? after[each] > before[each] : after[each] == before[each]);
}

int main(void)
{
    const int cpus = count_cpus();
    the_files_are_listed();
    interrupts_are_counted(cpus);
    affinity_can_be_set(cpus);
    comes_to(cpus - 1, cpus);
    comes_to(0, cpus);
    printf("irq: all as it should be\n");
    return 0;
}
