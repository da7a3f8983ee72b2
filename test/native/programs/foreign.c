/* Frees what is no block: argv[1] says what. The process ends by abort() after one line, and nothing is followed or
 * unmapped. */
#include "expect.h"

int main(int argc, char **argv) {
    const char *what = argc > 1 ? argv[1] : "";
    char *block = malloc(3 * page_size);
    uintptr_t pointer = (uintptr_t)block;
    if (strcmp(what, "inside a block") == 0) {
        pointer += 8;
    } else if (strcmp(what, "a block's second page") == 0) {
        pointer += page_size;
    } else if (strcmp(what, "on the stack") == 0) {
        pointer = (uintptr_t)&pointer;
    } else if (strcmp(what, "static") == 0) {
        pointer = (uintptr_t)"text";
    } else if (strcmp(what, "no address") == 0) {
        pointer = (uintptr_t)1 << 60;
    }
    block = (char *)pointer;
    free(block);
}
