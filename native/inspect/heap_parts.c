/* SPDX-License-Identifier: MIT */
#include "heap_parts.h"

#include "chunk_places.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
    look_bytes = 256 << 10, /* for a place where a part begins; of chunks for which it is too short there are few */
};

static struct inspect_verdict find_places(const struct target *target, const struct stretch *stretch, size_t most,
                                          struct divided_heap *divided) {
    uint64_t step = (stretch->end - stretch->start) / most;
    unsigned char *look = malloc(look_bytes);
    struct inspect_verdict verdict = look == NULL ? inspect_failure("memory", ENOMEM) : inspect_good();
    divided->parts[divided->count++].from = stretch->start;
    for (size_t index = 1; index < most && verdict.status == inspect_ok; index++) {
        uint64_t guess = page_bits_next(&divided->bits, stretch->start + index * step);
        guess += (stretch->start - guess) % chunk_align;
        size_t bytes = guess < stretch->end ? page_bits_run(&divided->bits, guess, look_bytes) : 0;
        struct remote_piece piece = {guess, bytes, look, false};
        if (bytes == 0) {
            continue;
        }
        verdict = remote_read_pieces(&target->memory, &piece, 1);
        uint64_t place = piece.is_read ? chunk_place_find(stretch, look, guess, bytes) : 0;
        if (place > divided->parts[divided->count - 1].from) {
            divided->parts[divided->count++].from = place;
        }
    }
    free(look);
    return verdict;
}

struct inspect_verdict heap_parts_divide(const struct target *target, const struct glibc_heaps *heaps,
                                         const struct heap *heap, size_t most, struct divided_heap *divided) {
    struct stretch stretch = heap->stretch;
    memset(divided, 0, sizeof *divided);
    stretch.fastbins = &heaps->fastbins;
    most = most > heap_part_limit ? (size_t)heap_part_limit : most;
    if (most < 2 || page_map_load(&target->pages, heap->base, stretch.end, &divided->bits).status != inspect_ok) {
        return inspect_good();
    }
    divided->heap = heap;
    divided->parts = calloc(most, sizeof *divided->parts);
    if (divided->parts == NULL) {
        return inspect_failure("memory", ENOMEM);
    }
    struct inspect_verdict verdict = find_places(target, &stretch, most, divided);
    if (divided->count == 1) {
        divided->count = 0;
    }
    return verdict;
}

void heap_parts_free(struct divided_heap *divided) {
    for (size_t index = 0; index < divided->count; index++) {
        walk_task_destroy(divided->parts[index].task);
    }
    free(divided->parts);
    page_bits_free(&divided->bits);
    memset(divided, 0, sizeof *divided);
}

struct walk_place heap_parts_place(const struct divided_heap *divided, size_t index) {
    uint64_t until = index + 1 < divided->count ? divided->parts[index + 1].from : 0;
    return (struct walk_place){divided->heap, divided->parts[index].from, until, &divided->bits};
}
