/* How many bytes of stack are used below the malloc family's entry points, and by fork in parent and child, in a thread
 * whose stack has a pattern. Prints the three. */
#define _GNU_SOURCE
#include "expect.h"
#include <pthread.h>
#include <sys/wait.h>

enum { stack_bytes = 256 * 1024, pattern = 0xa5, margin = 128 };
static unsigned char *stack;
static long *depths; /* shared with the child */

static void allocate(void) {
    void *blocks[] = {malloc(100), calloc(3, 50), memalign(64, 200), realloc(NULL, 700), valloc(5)};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) {
        free(realloc(blocks[i], 3000));
    }
}

__attribute__((noinline)) static long depth_of(pid_t (*action)(void), pid_t *result) {
    unsigned char *here = __builtin_frame_address(0);
    for (volatile unsigned char *at = stack; at < here - margin; at++) { /* a call of memset would stand in its way */
        *at = pattern;
    }
    *result = action();
    unsigned char *lowest = stack;
    while (*lowest == pattern) {
        lowest++;
    }
    return here - lowest;
}

static pid_t allocate_once(void) {
    allocate();
    return 0;
}

static void *measure(void *argument) {
    pid_t child;
    (void)depth_of(allocate_once, &child); /* what is resolved at the first call */
    depths[0] = depth_of(allocate_once, &child);
    long depth = depth_of(fork, &child);
    depths[child == 0 ? 2 : 1] = depth;
    if (child == 0) {
        _exit(0);
    }
    EXPECT(waitpid(child, NULL, 0) == child);
    return argument;
}

int main(void) {
    pthread_t thread;
    pthread_attr_t own_stack;
    stack = mmap(NULL, stack_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    depths = mmap(NULL, page_size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    EXPECT(pthread_attr_init(&own_stack) == 0 && pthread_attr_setstack(&own_stack, stack, stack_bytes) == 0);
    EXPECT(pthread_create(&thread, &own_stack, measure, NULL) == 0 && pthread_join(thread, NULL) == 0);
    printf("%ld %ld %ld\n", depths[0], depths[1], depths[2]);
}
