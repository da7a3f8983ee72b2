/* SPDX-License-Identifier: MIT */
/*
 * walk_hot LARGEST: walks 64 MiB of chunks that lie in the processor's cache, over and over the same 256 KiB of them:
 * what the walk takes without the reading. Blocks of 16 bytes to LARGEST; prints chunks and nanoseconds.
 */
#define _GNU_SOURCE
#include "chunk_walk.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { base = 0x10000000, image_bytes = 256 << 10, walks = 256 };
static _Alignas(4096) unsigned char image[image_bytes];
static uint64_t present[image_bytes / 4096 / 64] = {UINT64_MAX};
static struct tally tally;
static struct chunk_walk walk;

static void put(uint64_t at, uint64_t size) {
    uint64_t word = size | 1;
    memcpy(image + at + sizeof word, &word, sizeof word);
}

int main(int count, char **arguments) {
    uint64_t largest = count == 2 ? strtoull(arguments[1], NULL, 10) : 0;
    if (largest == 0 || largest > image_bytes / 4) {
        return 1;
    }
    unsigned random = 1;
    uint64_t at = 0;
    memset(image, 1, sizeof image);
    for (uint64_t size = 0; at + largest + 64 < image_bytes; at += size) {
        random = random * 1103515245 + 12345;
        size = (16 + (random >> 8) % largest + 8 + 15) / 16 * 16;
        size = size < 32 ? 32 : size;
        put(at, size);
    }
    put(at, image_bytes - at);
    struct stretch stretch = {.kind = stretch_brk, .start = base, .end = base + image_bytes};
    struct page_bits bits = {base, base + image_bytes, present, sizeof present / sizeof *present};
    struct timespec from, to;
    clock_gettime(CLOCK_MONOTONIC, &from);
    for (unsigned round = 0; round < walks; round++) {
        chunk_walk_begin(&walk, &stretch, &bits, &tally);
        chunk_walk_feed(&walk, image, base, image_bytes);
        if (walk.state != walk_done || !walk.found_top) {
            return 1;
        }
    }
    clock_gettime(CLOCK_MONOTONIC, &to);
    double ns = (double)(to.tv_sec - from.tv_sec) * 1e9 + (double)(to.tv_nsec - from.tv_nsec);
    printf("%" PRIu64 " %.0f\n", tally.figures.live_chunks, ns);
}
