/* Frees what is no block: argv[1] says what. The process ends by abort() after one line: of the mmap allocator where
 * the pointer could only be its own, and nothing is followed or unmapped then; else of libc. */
#include "expect.h"

int main(int argc, char **argv) {
    const char *what = argc > 1 ? argv[1] : "";
    char *block = malloc(3 * page_size);
    uintptr_t pointer = (uintptr_t)block;
    static _Alignas(16) size_t fixed[4];
    _Alignas(16) size_t automatic[4] = {0};
    if (strcmp(what, "inside a block") == 0) {
        pointer += 8;
    } else if (strcmp(what, "a block's second page") == 0) {
        pointer += page_size;
    } else if (strcmp(what, "on the stack") == 0) {
        pointer = (uintptr_t)&automatic[2];
    } else if (strcmp(what, "static") == 0) {
        pointer = (uintptr_t)&fixed[2];
    } else if (strcmp(what, "no address") == 0) {
        pointer = (uintptr_t)1 << 60;
    }
    block = (char *)pointer;
    free(block);
}
