/* A signal handler that allocates and frees interrupts a thread that does the same. Every call counts once.
 * glibc's malloc is not async-signal-safe: the first call of a thread sets its tcache up with the arena locked, and a
 * handler that allocates then waits for ever (malloc/malloc.c, tcache_init). So the set-up is over before the first
 * signal; from there on the thread's blocks come from the tcache, which needs no lock, and the handler's are too large
 * for it. */
#include "expect.h"
#include <signal.h>
#include <sys/time.h>

static volatile int ticks;

static void on_tick(int signal_number) {
    void *volatile block = malloc(page_prime);
    free(block);
    ticks += signal_number == SIGALRM;
}

int main(void) {
    signal(SIGALRM, on_tick);
    struct itimerval every_50_us = {{0, 50}, {0, 50}};
    void *volatile first = malloc(1);
    free(first);
    int calls = 1;
    setitimer(ITIMER_REAL, &every_50_us, NULL);
    while (ticks < 2000) {
        void *volatile block = malloc(1);
        free(block);
        calls++;
    }
    setitimer(ITIMER_REAL, &(struct itimerval){0}, NULL);
    char text[64];
    int length = snprintf(text, sizeof text, "%d", calls + ticks);
    EXPECT(write(STDOUT_FILENO, text, (size_t)length) == length);
    _exit(0);
}
