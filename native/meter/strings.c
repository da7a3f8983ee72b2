/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "compiler.h"

#include <stdlib.h>
#include <string.h>

/*
 * mimalloc 3 brings its own strdup and strndup, which never come through malloc (src/alloc-override.c), while their
 * blocks are given back to free: these serve in their place, as libc's do. They call malloc by its name, and so whoever
 * serves it for the program: a malloc of the executable's own comes before the one here.
 */

EXPORT char *strdup(const char *text);
EXPORT char *strndup(const char *text, size_t most);

static char *copy_of(const char *text, size_t length) {
    char *copy = malloc(length + 1);
    if (copy == NULL) {
        return NULL; /* errno is malloc's */
    }
    memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

char *strdup(const char *text) {
    return copy_of(text, strlen(text));
}

char *strndup(const char *text, size_t most) {
    return copy_of(text, strnlen(text, most));
}
