/* A thread that is to be cancelled forks, which is no cancellation point: the child goes on. */
#include "expect.h"
#include <pthread.h>
#include <sys/syscall.h>
#include <sys/wait.h>

static void *work(void *argument) {
    int ignored, status = 0;
    EXPECT(pthread_cancel(pthread_self()) == 0);
    pid_t child = fork();
    if (child == 0) {
        free(realloc(malloc(100), prime));
        syscall(SYS_exit_group, 7);
    }
    free(realloc(malloc(100), prime));
    EXPECT(pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &ignored) == 0);
    EXPECT(child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 7);
    return argument;
}

int main(void) {
    pthread_t thread;
    void *result = NULL;
    EXPECT(pthread_create(&thread, NULL, work, &result) == 0 && pthread_join(thread, &result) == 0);
    EXPECT(result == &result);
}
