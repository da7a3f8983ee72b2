/* SPDX-License-Identifier: MIT */
#include "fastbins.h"

#include "chunk_header.h"

#include <errno.h>

enum {
    list_tries = 3, /* of one that the program changes meanwhile */
    most_chunks = 1 << 24,
};

struct search {
    const struct target *target;
    const struct deadline *deadline;
    struct glibc_heaps *heaps;
    struct heap_reader *reader;
    uint64_t rounds;
    bool is_over;
    bool lacks_memory;
};

static bool keep(void *to, uint64_t chunk, uint64_t size) {
    struct search *search = to;
    struct address_set *set = &search->heaps->fastbins;
    (void)size;
    search->is_over = set->count == most_chunks || deadline_is_over_at(search->deadline, ++search->rounds);
    search->lacks_memory = !search->is_over && !address_set_add(set, chunk);
    return !search->is_over && !search->lacks_memory;
}

/* What a list that was left had is kept: most of it is there still. */
static void follow(struct search *search, uint32_t arena, unsigned bin) {
    const struct arena_state *state = &search->heaps->arenas[arena].state;
    uint64_t size = chunk_min + (uint64_t)bin * chunk_align;
    uint64_t head = state->address + search->heaps->layout.top_at - (uint64_t)(fast_bins - bin) * sizeof head;
    struct free_list list = {state->fast[bin], 0, size, size, most_chunks, arena, false};
    for (unsigned tried = 0; tried < list_tries && list.first != 0; tried++) {
        if (free_list_follow(search->reader, search->heaps, &list, keep, search)) {
            return;
        }
        if (search->is_over || search->lacks_memory ||
            !target_read(search->target, head, &list.first, sizeof list.first)) {
            break;
        }
        heap_reader_forget(search->reader);
    }
    search->heaps->lists_left += list.first != 0;
}

static void follow_all(struct search *search) {
    for (size_t arena = 0; arena < search->heaps->arena_count; arena++) {
        for (unsigned bin = 0; bin < fast_bins && !search->lacks_memory; bin++) {
            if (!search->is_over) {
                follow(search, (uint32_t)arena, bin);
            } else {
                search->heaps->lists_left += search->heaps->arenas[arena].state.fast[bin] != 0;
            }
        }
    }
}

struct inspect_verdict fastbins_find(const struct target *target, const struct deadline *deadline,
                                     struct glibc_heaps *heaps) {
    struct search search = {.target = target, .deadline = deadline, .heaps = heaps};
    if (!glibc_layout_has_fastbins(&heaps->layout)) {
        return inspect_good();
    }
    search.reader = heap_reader_create(target, heaps);
    search.lacks_memory = search.reader == NULL;
    follow_all(&search);
    heap_reader_destroy(search.reader);
    address_set_sort(&heaps->fastbins);
    return search.lacks_memory ? inspect_failure("memory", ENOMEM) : inspect_good();
}
