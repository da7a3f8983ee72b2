/* Blocks in a global, of a list that it cuts off, and lost ones; for a byte of stdin more in the global, more that are
 * lost, and no list. */
#include "expect.h"

enum { at_first = 311, more = 103, of_list = 211, lost = 41 };
static void *volatile global[at_first + more];
static void **volatile list;

static void fill(int from, int count) {
    for (int index = from; index < from + count; index++)
        EXPECT((global[index] = malloc(5000)) != NULL && memset(global[index], 0, 5000) != NULL);
}

/* Nothing of theirs is left on the stack or in a register. */
__attribute__((noinline)) static void lose(void) {
    for (int index = 0; index < lost; index++) {
        void *volatile block = malloc(7000);
        EXPECT(block != NULL && memset(block, 0, 7000) != NULL);
    }
}

__attribute__((noinline)) static void overwrite_stack(void) {
    volatile char bytes[64 << 10];
    memset((void *)bytes, 0, sizeof bytes);
}

static void free_list(void) {
    while (list != NULL) {
        void **next = *list;
        free((void *)list);
        list = next;
    }
}

int main(void) {
    char byte;
    for (int index = 0; index < of_list; index++) {
        void **next = calloc(1, 3000);
        EXPECT(next != NULL);
        *next = (void *)list;
        list = next;
    }
    fill(0, at_first);
    lose();
    overwrite_stack();
    EXPECT(write(STDOUT_FILENO, "ready\n", 6) == 6 && read(STDIN_FILENO, &byte, 1) == 1);
    free_list();
    fill(at_first, more);
    lose();
    overwrite_stack();
    EXPECT(write(STDOUT_FILENO, "trimmed\n", 8) == 8 && pause() == 0);
}
