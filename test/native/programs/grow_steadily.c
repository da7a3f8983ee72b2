/* grow_steadily WAY BLOCKS SECONDS: prints "ready", then takes so many blocks of 16,381 bytes a second, by the clock,
 * for so many seconds, touches and keeps them. Then it waits. WAY: malloc; map, behind malloc's back; churn, which
 * frees each at once; spin, which takes none and keeps a processor busy. */
#include "expect.h"
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { block_bytes = 16381 };

static double now(void) {
    struct timespec time;
    EXPECT(clock_gettime(CLOCK_MONOTONIC, &time) == 0);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void take(const char *way) {
    void *volatile block = NULL;
    if (strcmp(way, "map") == 0) {
        block = mmap(NULL, block_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        EXPECT(block != MAP_FAILED);
    } else {
        block = malloc(block_bytes);
        EXPECT(block != NULL);
    }
    memset(block, 1, block_bytes);
    if (strcmp(way, "churn") == 0)
        free(block);
}

int main(int count, char **arguments) {
    EXPECT(count == 4);
    const char *way = arguments[1];
    double blocks = strtod(arguments[2], NULL);
    double seconds = strtod(arguments[3], NULL);
    puts("ready");
    EXPECT(fflush(stdout) == 0);
    double start = now();
    double taken = 0;
    for (double elapsed = 0; elapsed < seconds; elapsed = now() - start) {
        for (; taken < blocks * elapsed; taken++)
            if (strcmp(way, "spin") != 0)
                take(way);
        if (strcmp(way, "spin") != 0)
            usleep(5000);
    }
    for (;;)
        pause();
}
