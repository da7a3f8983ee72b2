/* argv[1] threads, eight at a time, come and go. Each allocates twice, and frees once: by itself, or in its own key's
 * destructor. */
#include "expect.h"
#include <pthread.h>

static pthread_key_t key;

static void *work(void *argument) {
    void *freed_at_end = malloc(page_prime);
    EXPECT(malloc(prime) != NULL);
    pthread_setspecific(key, freed_at_end);
    return argument;
}

int main(int argc, char **argv) {
    size_t count = argc > 1 ? strtoul(argv[1], NULL, 10) : 0;
    pthread_t threads[8];
    pthread_key_create(&key, free); /* runs after the counters have given up the thread's slot */
    for (size_t index = 0; index < count; index++) {
        EXPECT(index < 8 || pthread_join(threads[index % 8], NULL) == 0);
        EXPECT(pthread_create(&threads[index % 8], NULL, work, (void *)index) == 0);
    }
    for (size_t index = 0; index < 8; index++) {
        pthread_join(threads[index], NULL);
    }
}
