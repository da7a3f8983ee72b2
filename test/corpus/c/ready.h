/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include <malloc.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Without stdio, whose buffers are malloc's. */
static inline int say(const char *line) {
    ssize_t length = (ssize_t)strlen(line);
    return write(STDOUT_FILENO, line, (size_t)length) != length;
}

/* Says a line, and stays until stdin ends: then the program has done its work, whatever it was started with. */
static inline int stay(const char *line) {
    char byte;
    if (say(line))
        return 1;
    while (read(STDIN_FILENO, &byte, 1) > 0) {
    }
    return say("@done ok\n");
}

/* Says that the memory is as the label tells: how many bytes its cause has, or 0 where there is none, or it is not
 * known. */
static inline int ready(size_t bytes) {
    char line[64];
    snprintf(line, sizeof line, "@phase ready bytes=%zu\n", bytes);
    return stay(line);
}

/* Says how fast it grows. */
static inline int ready_growing(size_t bytes_per_minute) {
    char line[64];
    snprintf(line, sizeof line, "@phase ready per-minute=%zu\n", bytes_per_minute);
    return stay(line);
}

/* A block whose every page is written. */
static inline char *touched(size_t bytes) {
    return memset(malloc(bytes), 1, bytes);
}

/* The same, held until the program ends: nothing in use is lost. */
static inline char *touched_and_held(size_t bytes) {
    static char *volatile held[64];
    static unsigned count;
    return count < 64 ? held[count++] = touched(bytes) : NULL;
}
