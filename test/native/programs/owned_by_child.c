/* A list of 307 blocks of 1,100 bytes; a child has it as well, and one more of 1,200 in the same global. */
#include "expect.h"

static void *volatile *list;

static void add(size_t bytes) {
    void *volatile *next = calloc(1, bytes);
    EXPECT(next != NULL);
    next[1] = (void *)list;
    list = next;
}

int main(void) {
    for (int index = 0; index < 307; index++)
        add(1100);
    if (fork() == 0) {
        add(1200);
        EXPECT(write(STDOUT_FILENO, "ready\n", 6) == 6);
    }
    pause();
}
