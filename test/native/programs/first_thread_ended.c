/*
 * The first thread keeps 300 of 3,000 blocks and ends; another one says "ready", then calls malloc_trim for each byte
 * of stdin. With an argument each thread starts the next one after some milliseconds and ends.
 */
#define _GNU_SOURCE
#include "expect.h"
#include <pthread.h>

enum { blocks = 3000, each = 4999, relay_us = 20000 };
static pthread_t first;
static char *block[blocks];

static void *trim(void *argument) {
    EXPECT(pthread_join(first, NULL) == 0 && write(STDOUT_FILENO, "ready\n", 6) == 6);
    for (char byte; read(STDIN_FILENO, &byte, 1) == 1;)
        EXPECT(malloc_trim(0) >= 0 && write(STDOUT_FILENO, "trimmed\n", 8) == 8);
    return argument;
}

static void *relay(void *argument) {
    pthread_t next;
    if (argument != NULL)
        EXPECT(pthread_join(first, NULL) == 0 && write(STDOUT_FILENO, "ready\n", 6) == 6);
    EXPECT(usleep(relay_us) == 0 && pthread_create(&next, NULL, relay, NULL) == 0 && pthread_detach(next) == 0);
    return NULL;
}

int main(int count, char **arguments) {
    pthread_t second;
    first = pthread_self();
    for (int index = 0; index < blocks; index++)
        EXPECT((block[index] = malloc(each)) != NULL && memset(block[index], 1, each));
    for (int index = 0; index < blocks; index++)
        if (index % 10 != 0)
            free(block[index]);
    EXPECT(pthread_create(&second, NULL, count > 1 ? relay : trim, arguments) == 0);
    pthread_exit(NULL);
}
