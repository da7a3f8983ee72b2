/* Takes as many keys of thread-specific data as there are, as C11 has them where argv[1] is "tss", while threads begin
 * and allocate; prints how many. */
#include "expect.h"
#include <pthread.h>
#include <threads.h>

static void *work(void *argument) {
    EXPECT(malloc(page_prime) != NULL);
    return argument;
}

int main(int argc, char **argv) {
    int (*create)(pthread_key_t *, void (*)(void *)) = argc > 1 ? tss_create : pthread_key_create;
    EXPECT(argc == 1 || strcmp(argv[1], "tss") == 0);
    pthread_key_t key;
    unsigned keys = 0;
    pthread_t threads[40];
    for (unsigned index = 0; index < 20; index++) {
        EXPECT(pthread_create(&threads[index], NULL, work, NULL) == 0);
    }
    for (; create(&key, NULL) == 0; keys++) {
        EXPECT(pthread_getspecific(key) == NULL);
    }
    for (unsigned index = 20; index < 40; index++) {
        EXPECT(pthread_create(&threads[index], NULL, work, NULL) == 0);
    }
    for (unsigned index = 0; index < 40; index++) {
        EXPECT(pthread_join(threads[index], NULL) == 0);
    }
    EXPECT(pthread_getspecific(key) == NULL);
    dprintf(STDOUT_FILENO, "%u\n", keys);
}
