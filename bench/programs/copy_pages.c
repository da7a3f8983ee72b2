/* SPDX-License-Identifier: MIT */
/*
 * copy_pages PID [THREADS] < "START END" lines in hex: copies the resident pages of the ranges, by one thread or by so
 * many at once, and prints bytes and nanoseconds.
 */
#define _GNU_SOURCE
#include "page_map.h"
#include "remote.h"
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* The buffer is of the size that is fastest here: it stays in the processor's cache. */
enum { buffer_bytes = 512 << 10, most_pieces = 1 << 16, most_threads = 64 };
static const uint64_t piece_bytes = UINT64_C(32) << 20; /* that a thread takes at a time */

static struct piece {
    uint64_t start;
    uint64_t end;
} pieces[most_pieces];
static size_t piece_count;
static size_t next_piece;
static uint64_t copied;
static struct page_map map;
static struct remote whose;

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static void copy_piece(const struct piece *piece, struct page_bits *bits, char *buffer) {
    if (page_map_load(&map, piece->start, piece->end, bits).status != inspect_ok) {
        exit(1);
    }
    for (uint64_t at = page_bits_next(bits, piece->start); at < piece->end; at = page_bits_next(bits, at)) {
        uint64_t left = piece->end - at;
        size_t run = page_bits_run(bits, at, left < buffer_bytes ? (size_t)left : (size_t)buffer_bytes);
        if (!remote_read(&whose, at, buffer, run)) {
            exit(1);
        }
        __atomic_add_fetch(&copied, run, __ATOMIC_RELAXED);
        at += run;
    }
}

static void *copy(void *unused) {
    char *buffer = malloc(buffer_bytes);
    struct page_bits bits = {0};
    size_t index;
    while (buffer != NULL && (index = __atomic_fetch_add(&next_piece, 1, __ATOMIC_RELAXED)) < piece_count) {
        copy_piece(&pieces[index], &bits, buffer);
    }
    page_bits_free(&bits);
    free(buffer);
    return unused;
}

int main(int count, char **arguments) {
    pthread_t threads[most_threads];
    int others = count == 3 ? atoi(arguments[2]) - 1 : 0;
    whose.pid = count >= 2 ? atoi(arguments[1]) : 0;
    if (whose.pid == 0 || others < 0 || others >= most_threads || page_map_open(whose.pid, &map).status != inspect_ok) {
        return 1;
    }
    uint64_t start, end;
    while (scanf("%" SCNx64 " %" SCNx64, &start, &end) == 2) {
        for (uint64_t at = start; at < end && piece_count < most_pieces; at += piece_bytes) {
            pieces[piece_count++] = (struct piece){at, end - at < piece_bytes ? end : at + piece_bytes};
        }
    }
    double from = now();
    for (int index = 0; index < others; index++) {
        if (pthread_create(&threads[index], NULL, copy, NULL) != 0) {
            return 1;
        }
    }
    (void)copy(NULL);
    for (int index = 0; index < others; index++) {
        pthread_join(threads[index], NULL);
    }
    printf("%" PRIu64 " %.0f\n", copied, now() - from);
}
