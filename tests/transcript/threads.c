// Threads: creation, join, mutexes, condition variables, cancellation, and the futexes beneath.
#define _GNU_SOURCE

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { threads = 4, rounds = 2000 };

// linux/futex.h, which musl does not come with.
enum { FUTEX_WAIT = 0, FUTEX_WAKE = 1, FUTEX_CMP_REQUEUE = 4, FUTEX_WAKE_OP = 5, FUTEX_WAIT_BITSET = 9 };
enum { add_3_if_5 = 1 << 28 | 0 << 24 | 3 << 12 | 5 };

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static long counter;
static int turn;

static void* add(void* argument)
{
    for (int i = 0; i < rounds; ++i) {
        pthread_mutex_lock(&mutex);
        ++counter;
        pthread_mutex_unlock(&mutex);
    }
    return (void*)((intptr_t)argument * 10);
}

static void mutexes_exclude(void)
{
    pthread_t ids[threads];
    long sum = 0;
    for (int i = 0; i < threads; ++i)
        pthread_create(&ids[i], NULL, add, (void*)(intptr_t)i);
    for (int i = 0; i < threads; ++i) {
        void* result;
        pthread_join(ids[i], &result);
        sum += (intptr_t)result;
    }
    printf("counted %ld, results %ld\n", counter, sum);
}

static void* take_turns(void* argument)
{
    const int me = (int)(intptr_t)argument;
    for (int i = 0; i < 50; ++i) {
        pthread_mutex_lock(&mutex);
        while (turn != me)
            pthread_cond_wait(&condition, &mutex);
        turn = (me + 1) % threads;
        ++counter;
        pthread_cond_broadcast(&condition);
        pthread_mutex_unlock(&mutex);
    }
    return NULL;
}

static void conditions_wake(void)
{
    counter = 0;
    pthread_t ids[threads];
    for (int i = 0; i < threads; ++i)
        pthread_create(&ids[i], NULL, take_turns, (void*)(intptr_t)i);
    for (int i = 0; i < threads; ++i)
        pthread_join(ids[i], NULL);
    printf("turns: %ld\n", counter);
    struct timespec soon;
    clock_gettime(CLOCK_REALTIME, &soon);
    soon.tv_nsec += 2000000;
    if (soon.tv_nsec >= 1000000000) {
        soon.tv_nsec -= 1000000000;
        ++soon.tv_sec;
    }
    pthread_mutex_lock(&mutex);
    printf("timed wait: %s\n", strerror(pthread_cond_timedwait(&condition, &mutex, &soon)));
    pthread_mutex_unlock(&mutex);
}

static sem_t started;
static void clean(void* argument) { *(int*)argument = 1; }
static int cleaned;
static void* wait_for_ever(void* argument)
{
    (void)argument;
    pthread_cleanup_push(clean, &cleaned);
    sem_post(&started);
    for (;;)
        pause();
    pthread_cleanup_pop(0);
    return NULL;
}

static void threads_are_cancelled(void)
{
    sem_init(&started, 0, 0);
    pthread_t id;
    pthread_create(&id, NULL, wait_for_ever, NULL);
    sem_wait(&started);
    pthread_cancel(id);
    void* result;
    pthread_join(id, &result);
    printf("cancelled: %d, cleaned up: %d\n", result == PTHREAD_CANCELED, cleaned);
}

static void* tell_ids(void* argument)
{
    pid_t* const ids = argument;
    ids[0] = getpid();
    ids[1] = (pid_t)syscall(SYS_gettid);
    return NULL;
}

static void ids_are_right(void)
{
    pid_t ids[2];
    pthread_t id;
    pthread_create(&id, NULL, tell_ids, ids);
    pthread_join(id, NULL);
    printf("same process: %d, another thread: %d, first thread's is the PID: %d\n", ids[0] == getpid(),
           ids[1] != getpid(), syscall(SYS_gettid) == getpid());
}

static int word;
static long futex(int* at, int operation, int value, const void* timeout, int* other, int value_3)
{
    return syscall(SYS_futex, at, operation, value, timeout, other, value_3);
}

static void show(const char* what, long result)
{
    if (result < 0)
        printf("%s: %s\n", what, strerror(errno));
    else
        printf("%s: %ld\n", what, result);
}

static void futexes_themselves(void)
{
    word = 1;
    const struct timespec soon = {0, 1000000}, nonsense = {0, 1000000000};
    long result = futex(&word, FUTEX_WAIT, 2, NULL, NULL, 0);
    show("wait for another value", result);
    result = futex(&word, FUTEX_WAIT, 1, &soon, NULL, 0);
    show("wait for nothing", result);
    result = futex(&word, FUTEX_WAIT, 1, &nonsense, NULL, 0);
    show("wait for no time", result);
    result = futex((int*)((char*)&word + 1), FUTEX_WAIT, 1, NULL, NULL, 0);
    show("wait at an odd address", result);
    result = futex((int*)16, FUTEX_WAIT, 1, NULL, NULL, 0);
    show("wait where nothing is", result);
    result = futex(&word, FUTEX_WAIT_BITSET, 1, NULL, NULL, 0);
    show("wait for no bit", result);
    result = futex(&word, FUTEX_WAKE, 1, NULL, NULL, 0);
    show("wake nobody", result);
    int other = 5;
    result = futex(&word, FUTEX_CMP_REQUEUE, 1, (void*)1, &other, 77);
    show("requeue another value", result);
    result = futex(&word, FUTEX_WAKE_OP, 1, (void*)1, &other, add_3_if_5);
    show("wake and add", result);
    printf("added: %d\n", other);
    result = futex(&word, 99, 0, NULL, NULL, 0);
    show("no operation", result);
}

static atomic_int asleep;
static void* sleep_on(void* argument)
{
    atomic_fetch_add(&asleep, 1);
    return (void*)futex(argument, FUTEX_WAIT, 7, NULL, NULL, 0);
}

static void requeues(void)
{
    static int from = 7, to = 7;
    pthread_t ids[threads];
    for (int i = 0; i < threads; ++i)
        pthread_create(&ids[i], NULL, sleep_on, &from);
    while (atomic_load(&asleep) != threads)
        sched_yield();
    long moved = 0;
    while (moved < threads) // until all of them sleep
        moved += futex(&from, FUTEX_CMP_REQUEUE, 0, (void*)(intptr_t)threads, &to, 7);
    printf("requeued %ld, left %ld\n", moved, futex(&from, FUTEX_WAKE, 99, NULL, NULL, 0));
    printf("woken there: %ld\n", futex(&to, FUTEX_WAKE, 99, NULL, NULL, 0));
    for (int i = 0; i < threads; ++i)
        pthread_join(ids[i], NULL);
}

static char* program;

static void* exit_process(void* argument)
{
    (void)argument;
    exit(33);
}
static void* just_wait(void* argument)
{
    for (;;)
        pause();
    return argument;
}

static void ends_of_processes(void)
{
    int status;
    pid_t child = fork();
    if (child == 0) {
        pthread_t id;
        pthread_create(&id, NULL, just_wait, NULL);
        pthread_create(&id, NULL, exit_process, NULL);
        pause();
    }
    waitpid(child, &status, 0);
    printf("exit by a thread: %d\n", WEXITSTATUS(status));
    child = fork();
    if (child == 0) {
        pthread_t id;
        pthread_create(&id, NULL, just_wait, NULL);
        kill(getpid(), SIGTERM);
        pause();
    }
    waitpid(child, &status, 0);
    printf("killed with its threads: %d\n", WTERMSIG(status));
    child = fork();
    if (child == 0) {
        pthread_t id;
        pthread_create(&id, NULL, exit_process, NULL);
        pthread_exit(NULL); // the process goes on
    }
    waitpid(child, &status, 0);
    printf("the first thread has ended before: %d\n", WEXITSTATUS(status));
    child = fork();
    if (child == 0) {
        pthread_t id;
        pthread_create(&id, NULL, just_wait, NULL);
        char* const arguments[] = {"/program", "again", NULL};
        execv(program, arguments);
        _exit(44);
    }
    waitpid(child, &status, 0);
    printf("exec ends all other threads: %d\n", WEXITSTATUS(status));
}

static void* lock_and_end(void* lock)
{
    pthread_mutex_lock(lock);
    return NULL;
}

static void robust_mutexes(void)
{
    static pthread_mutex_t robust;
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    pthread_mutex_init(&robust, &attributes);
    pthread_t id;
    pthread_create(&id, NULL, lock_and_end, &robust);
    pthread_join(id, NULL);
    const int result = pthread_mutex_lock(&robust);
    printf("lock of a dead thread: %s\n", strerror(result));
    printf("consistent: %d\n", pthread_mutex_consistent(&robust));
    printf("unlock: %d, lock: ", pthread_mutex_unlock(&robust));
    printf("%d\n", pthread_mutex_lock(&robust));
}

int main(int argc, char** argv)
{
    program = argv[0];
    setvbuf(stdout, NULL, _IONBF, 0);
    if (argc > 1)
        return 55;
    mutexes_exclude();
    conditions_wake();
    threads_are_cancelled();
    ids_are_right();
    futexes_themselves();
    requeues();
    ends_of_processes();
    robust_mutexes();
    return 0;
}
