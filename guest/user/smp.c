// Tells how many CPUs there are, and moves about among them: its status is 0 if all could be counted.
#define _GNU_SOURCE
#include <sched.h>
#include <stdio.h>
#include <unistd.h>

int main(void)
{
    cpu_set_t allowed;
    CPU_ZERO(&allowed);
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) {
        perror("sched_getaffinity");
        return 1;
    }
    const long online = sysconf(_SC_NPROCESSORS_ONLN);
    printf("%ld CPUs online:", online);
    for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu)
        if (CPU_ISSET(cpu, &allowed))
            printf(" %d", cpu);
    printf("\nthis is CPU %d\n", sched_getcpu());
    return CPU_COUNT(&allowed) == online ? 0 : 1;
}
