/* SPDX-License-Identifier: MIT */
/* copy_pages PID < "START END" lines in hex: copies the resident pages of the ranges, prints bytes and nanoseconds. */
#define _GNU_SOURCE
#include "page_map.h"
#include "remote.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { buffer_bytes = 1 << 20 };

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

int main(int count, char **arguments) {
    static char buffer[buffer_bytes];
    struct page_map map;
    struct page_bits bits = {0};
    pid_t pid = count == 2 ? atoi(arguments[1]) : 0;
    if (pid == 0 || page_map_open(pid, &map).status != inspect_ok) {
        return 1;
    }
    uint64_t start, end, bytes = 0;
    double from = now();
    while (scanf("%" SCNx64 " %" SCNx64, &start, &end) == 2) {
        if (page_map_load(&map, start, end, &bits).status != inspect_ok) {
            return 1;
        }
        for (uint64_t at = page_bits_next(&bits, start); at < end; at = page_bits_next(&bits, at)) {
            size_t run =
                page_bits_run(&bits, at, (size_t)(end - at < buffer_bytes ? end - at : (uint64_t)buffer_bytes));
            if (!remote_read(pid, at, buffer, run)) {
                return 1;
            }
            bytes += run;
            at += run;
        }
    }
    printf("%" PRIu64 " %.0f\n", bytes, now() - from);
}
