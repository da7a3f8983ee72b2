/* More threads at once than the page has slots. Each allocates one block that stays. Exit status 77: the machine has no
 * room for so many. */
#include "expect.h"
#include <pthread.h>

enum { thread_count = 4300 };
static pthread_barrier_t all_allocated;

static void *work(void *argument) {
    EXPECT(malloc(page_prime) != NULL);
    pthread_barrier_wait(&all_allocated);
    return argument;
}

int main(void) {
    static pthread_t threads[thread_count];
    pthread_attr_t small;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 1 << 16);
    pthread_barrier_init(&all_allocated, NULL, thread_count);
    for (size_t index = 0; index < thread_count; index++) {
        if (pthread_create(&threads[index], &small, work, NULL) != 0)
            _exit(77);
    }
    for (size_t index = 0; index < thread_count; index++) {
        pthread_join(threads[index], NULL);
    }
}
