/* Forks while other threads allocate and free: no child hangs or dies, each can allocate and fork again. */
#include "expect.h"
#include <pthread.h>
#include <sys/wait.h>

static void *work(void *argument) {
    for (;;) {
        free(realloc(malloc(page_prime), prime));
    }
    return argument;
}

int main(void) {
    pthread_t thread;
    int status = 0;
    for (int index = 0; index < 3; index++) {
        EXPECT(pthread_create(&thread, NULL, work, NULL) == 0);
    }
    for (int index = 0; index < 100; index++) {
        if (fork() == 0) {
            free(malloc(prime));
            if (fork() == 0)
                _exit(malloc(prime) == NULL);
            _exit(wait(&status) < 0 || status != 0);
        }
        EXPECT(wait(&status) > 0 && status == 0);
    }
}
