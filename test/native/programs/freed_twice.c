/* Gives a freed block to the function argv[1]: the process ends by abort() after one line. "free at once": two threads
 * free one block. */
#include "expect.h"
#include <pthread.h>

static void *free_it(void *block) {
    free(block);
    return NULL;
}

int main(int argc, char **argv) {
    const char *function = argc > 1 ? argv[1] : "";
    char *volatile block = malloc(prime);
    if (strcmp(function, "free at once") == 0) {
        pthread_t thread;
        EXPECT(pthread_create(&thread, NULL, free_it, block) == 0);
        free(block);
        return pthread_join(thread, NULL);
    }
    free(block);
    if (strcmp(function, "free") == 0) {
        free(block);
    } else if (strcmp(function, "free_sized") == 0) {
        free_sized(block, prime);
    } else if (strcmp(function, "realloc") == 0) {
        block = realloc(block, 5);
    } else if (strcmp(function, "malloc_usable_size") == 0) {
        return malloc_usable_size(block) != 0;
    }
}
