/* SPDX-License-Identifier: MIT */
/*
 * The walk along a heap's chunks and the page map's bits, over an image that the input makes: it ends, reads nothing
 * outside of what it is fed, and accounts for no more bytes than there are. What it says does not depend on how much it
 * is fed at once: by a header and what it looks at behind it, nothing is ever counted on the fast path. The input: kind
 * of stretch, window, pages that are absent, then pairs of (offset / 16, word) that become headers in a heap of equal
 * chunks.
 */
#include "chunk_walk.h"

#include <stdlib.h>
#include <string.h>

enum { base = 0x10000000, image_bytes = 1 << 18, header_input = 8, pair_bytes = 10 };
static _Alignas(16) unsigned char image[image_bytes];
static uint64_t present[image_bytes / 4096 / 64];
static struct tally tally;
static struct tally careful;
static struct chunk_walk walk;

/* Some that may be chunks, and some that are none. */
static uint64_t in_bins[] = {base, base + 32, base + 48, base + 4096, base + 8200, base + image_bytes};
static const struct address_set fastbins = {in_bins, sizeof in_bins / sizeof *in_bins, 0};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

static void put(size_t at, uint64_t word) {
    memcpy(image + at + 8, &word, sizeof word);
}

static void make_image(const uint8_t *data, size_t bytes) {
    size_t size = 256 + (size_t)data[2] * 32;
    memset(image, 0, sizeof image);
    size_t at = 0;
    for (; at + size + 64 < image_bytes; at += size) {
        put(at, size | 1);
    }
    put(at, (image_bytes - at) | 1);
    for (size_t from = header_input; from + pair_bytes <= bytes; from += pair_bytes) {
        uint16_t place;
        uint64_t word;
        memcpy(&place, data + from, sizeof place);
        memcpy(&word, data + from + sizeof place, sizeof word);
        memcpy(image + (size_t)place % (image_bytes / 8) * 8, &word, sizeof word);
    }
    uint32_t absent;
    memcpy(&absent, data + 4, sizeof absent);
    present[0] = ~((uint64_t)absent << (data[3] % 32));
}

/* Fed from a copy of exactly these bytes, so a sanitizer sees every read beyond them. */
static void feed(const struct page_bits *bits, size_t window) {
    size_t left = (size_t)(base + image_bytes - walk.wants);
    size_t bytes = page_bits_has(bits, walk.wants) ? page_bits_run(bits, walk.wants, left < window ? left : window) : 0;
    if (bytes < chunk_header_bytes) {
        chunk_walk_refuse(&walk);
        return;
    }
    unsigned char *copy = malloc(bytes);
    memcpy(copy, image + (walk.wants - base), bytes);
    chunk_walk_feed(&walk, copy, walk.wants, bytes);
    free(copy);
}

static void run(const uint8_t *data, size_t window) {
    struct stretch stretch = {.kind = (enum stretch_kind)(data[0] % 3), .start = base, .end = base + image_bytes};
    if (data[0] & 0x80) {
        stretch.fastbins = &fastbins;
    }
    if (data[0] & 0x40) {
        stretch.top = base + (uint64_t)data[1] * 1024;
    }
    struct page_bits bits = {base, base + image_bytes, present, sizeof present / sizeof *present};
    memset(&tally, 0, sizeof tally);
    chunk_walk_begin(&walk, &stretch, &bits, &tally);
    for (unsigned step = 0; walk.state != walk_done; step++) {
        if (step > 4 * image_bytes ||
            (walk.state == walk_wants && (walk.wants < base || walk.wants >= base + image_bytes))) {
            abort();
        }
        if (walk.state == walk_wants) {
            feed(&bits, window);
        } else {
            chunk_walk_resume(&walk);
        }
    }
    if (tally.figures.live_bytes + tally.figures.free_bytes + tally.figures.unreadable_bytes > image_bytes) {
        abort();
    }
    tally.candidate_count = 0; /* what may be a tcache depends on how much of it was read */
    memset(tally.candidates, 0, sizeof tally.candidates);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) {
    if (bytes < header_input) {
        return 0;
    }
    make_image(data, bytes);
    run(data, chunk_look_bytes);
    memcpy(&careful, &tally, sizeof tally);
    run(data, data[1] % 2 == 0 ? 512 : 65536);
    if (memcmp(&careful, &tally, sizeof tally) != 0) {
        abort();
    }
    return 0;
}
