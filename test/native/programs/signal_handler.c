/* A signal handler that allocates and frees interrupts a thread that does the same. Every call counts once. */
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
    int calls = 0;
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
