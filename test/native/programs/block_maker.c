/* A library that allocates, frees, and copies a text. */
#include "expect.h"

void *make_block(size_t size);
void free_block(void *block);
char *copy_text(const char *text);

void *make_block(size_t size) {
    return memset(malloc(size), 1, size);
}

void free_block(void *block) {
    free(block);
}

char *copy_text(const char *text) {
    return strdup(text);
}
