/* Forks in a thread of the smallest stack there is, and in a signal handler on an alternate stack of 8 KiB; the
 * children allocate. */
#define _GNU_SOURCE
#include "expect.h"
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>

static void fork_here(int number) {
    pid_t child = fork();
    if (child == 0) {
        free(realloc(malloc(100), 5000));
        _exit(7);
    }
    int status = 0;
    EXPECT(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 7);
    free(malloc((size_t)number));
}

static void *work(void *argument) {
    fork_here(1);
    return argument;
}

int main(void) {
    static unsigned char alternate[8192];
    stack_t stack = {.ss_sp = alternate, .ss_size = sizeof alternate};
    struct sigaction action = {.sa_handler = fork_here, .sa_flags = SA_ONSTACK};
    EXPECT(sigaltstack(&stack, NULL) == 0 && sigaction(SIGUSR1, &action, NULL) == 0 && raise(SIGUSR1) == 0);
    pthread_t thread;
    pthread_attr_t smallest;
    EXPECT(pthread_attr_init(&smallest) == 0 && pthread_attr_setstacksize(&smallest, PTHREAD_STACK_MIN) == 0);
    EXPECT(pthread_create(&thread, &smallest, work, NULL) == 0 && pthread_join(thread, NULL) == 0);
}
