/* SPDX-License-Identifier: MIT */
/* A library that has blocks from its constructor to its destructor, gives others away and takes some back. */
#include <stdlib.h>
#include <string.h>

void *plugin_make(size_t size);
void plugin_free(void *block);
long plugin_labs(long number);

static char *own;

__attribute__((constructor)) static void load(void) {
    own = malloc(3000);
    memset(own, 7, 3000);
}

__attribute__((destructor)) static void unload(void) {
    if (own[0] != 7 || own[2999] != 7) {
        abort();
    }
    free(own);
}

void *plugin_make(size_t size) {
    return malloc(size);
}

void plugin_free(void *block) {
    free(block);
}

/* libc's name: only who looks into the library first finds this one. */
long labs(long number) {
    return number - 1;
}

long plugin_labs(long number) {
    return labs(number);
}
