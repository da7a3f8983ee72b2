/* SPDX-License-Identifier: MIT */
#include "glibc_layout.h"

#include <stdlib.h>
#include <string.h>

enum {
    words_before_bins = 2, /* top, last_remainder */
    words_of_binmap = 2,
    top_to_next = (words_before_bins + 2 * bin_pairs + words_of_binmap) * 8,
    torn_bins = 4,         /* that may be in the middle of a change */
    data_limit = 32 << 20, /* bytes of a program's data that are searched for a static glibc */
    largest_top_at = 256,
};

/* 2.27 and later; 2.17 to 2.26; then whatever there is. */
static const uint64_t usual_top_at[] = {96, 88};

/* Data is mostly zeros: they are told without a look at the maps. */
static bool is_chunk_pointer(const struct proc_maps *maps, uint64_t pointer) {
    return pointer != 0 && pointer % 16 == 0 && proc_maps_is_writable(maps, pointer);
}

static bool are_bins(const struct proc_maps *maps, const uint64_t *bins, uint64_t address) {
    unsigned torn = 0;
    for (unsigned pair = 0; pair < bin_pairs && torn <= torn_bins; pair++) {
        uint64_t self = address + (uint64_t)pair * 16 - 16;
        uint64_t forward = bins[(size_t)pair * 2];
        uint64_t back = bins[(size_t)pair * 2 + 1];
        bool is_empty = forward == self && back == self;
        if (!is_empty && !(is_chunk_pointer(maps, forward) && is_chunk_pointer(maps, back))) {
            torn++;
        }
    }
    return torn <= torn_bins;
}

bool glibc_layout_matches(const struct proc_maps *maps, const uint64_t *words, size_t count, uint64_t address,
                          uint64_t top_at) {
    size_t top = (size_t)top_at / 8;
    if (count <= top + top_to_next / 8) {
        return false;
    }
    uint64_t next = words[top + top_to_next / 8];
    return words[0] >> 32 < 16 && (words[0] & UINT32_MAX) < 16 && next % 8 == 0 && is_chunk_pointer(maps, words[top]) &&
           proc_maps_is_writable(maps, next) && are_bins(maps, words + top + words_before_bins, address + top_at + 16);
}

/* Before its first malloc a process has an arena without bins and memory, which is alone in its ring. */
static bool is_unused(const uint64_t *words, size_t count, uint64_t address, uint64_t top_at) {
    size_t next = (size_t)top_at / 8 + top_to_next / 8;
    if (count <= next + 3 || words[next] != address || words[next + 1] != 0 || words[next + 2] > 1 ||
        words[next + 3] != 0) {
        return false;
    }
    for (size_t index = 0; index < next; index++) {
        if (words[index] != 0) {
            return false;
        }
    }
    return true;
}

/* Whether following `next` leads back, and through which pages. */
static bool is_ring(const struct target *target, uint64_t first, uint64_t next_at, uint64_t *pages) {
    *pages = 0;
    uint64_t at = first;
    for (unsigned count = 0; count < arena_limit && !deadline_is_over(target->deadline); count++) {
        if (!target_read(target, at + next_at, &at, sizeof at) || at % 8 != 0) {
            return false;
        }
        if (at == first) {
            return true;
        }
        *pages |= at & ~(page_bytes() - 1);
    }
    return false;
}

/* attached_threads is a number of threads; system_mem, where it would be without, is 132 KiB or more. */
static void place_tail(struct glibc_layout *layout, const uint64_t *tail) {
    bool has_attached = tail[2] < 65536 && tail[3] >= 4096 && tail[4] >= tail[3];
    layout->attached_at = has_attached ? layout->next_at + 16 : 0;
    layout->system_mem_at = layout->next_at + (has_attached ? 24 : 16);
    layout->state_bytes = layout->system_mem_at + 16;
}

static bool settle(const struct target *target, uint64_t address, uint64_t top_at, struct glibc_layout *layout) {
    uint64_t tail[5];
    layout->main_arena = address;
    layout->top_at = top_at;
    layout->next_at = top_at + top_to_next;
    if (!is_ring(target, address, layout->next_at, &layout->arena_pages) ||
        !target_read(target, address + layout->next_at, tail, sizeof tail)) {
        return false;
    }
    place_tail(layout, tail);
    layout->is_known = true;
    layout->is_unused = false;
    return true;
}

static bool search_words(const struct target *target, const uint64_t *words, size_t count, uint64_t address,
                         uint64_t top_at, struct glibc_layout *layout) {
    for (size_t index = 0; index < count && !deadline_is_over_at(target->deadline, index); index++) {
        uint64_t here = address + index * 8;
        layout->is_unused |= is_unused(words + index, count - index, here, top_at);
        if (glibc_layout_matches(&target->maps, words + index, count - index, here, top_at) &&
            settle(target, here, top_at, layout)) {
            return true;
        }
    }
    return false;
}

static bool search_data(const struct target *target, uint64_t start, uint64_t end, bool usual_alone,
                        struct glibc_layout *layout) {
    size_t bytes = (size_t)(end - start < data_limit ? end - start : (uint64_t)data_limit);
    uint64_t *words = malloc(bytes);
    bool is_found = false;
    if (words != NULL && target_read_sparse(target, start, words, bytes)) {
        for (size_t index = 0; index < sizeof usual_top_at / sizeof *usual_top_at && !is_found; index++) {
            is_found = search_words(target, words, bytes / 8, start, usual_top_at[index], layout);
        }
        for (uint64_t top_at = 8; top_at <= largest_top_at && !usual_alone && !is_found && !layout->is_unused;
             top_at += 8) {
            is_found = search_words(target, words, bytes / 8, start, top_at, layout);
        }
        if (is_found) {
            const struct params_version version = {glibc_layout_has_fastbins(layout), layout->top_at};
            (void)malloc_params_find(&target->maps, &version, words, bytes / 8, start, &layout->params);
        }
    }
    free(words);
    return is_found;
}

/* `usual_alone`: a search of 32 MiB in all layouts takes seconds. */
static bool find_in(const struct target *target, enum mapping_kind kind, bool usual_alone,
                    struct glibc_layout *layout) {
    for (size_t index = 0; index < target->maps.count; index++) {
        const struct mapping *mapping = &target->maps.list[index];
        if (mapping->kind != kind || !mapping->writable) {
            continue;
        }
        /* What is not in the file (.bss) follows as an anonymous mapping. */
        bool has_bss =
            index + 1 < target->maps.count && mapping[1].start == mapping->end && mapping_is_anonymous(&mapping[1]);
        if (search_data(target, mapping->start, has_bss ? mapping[1].end : mapping->end, usual_alone, layout)) {
            return true;
        }
    }
    return false;
}

/* As the first libc of a process has its memory, and no later one (malloc/arena.c, __always_fail_morecore). */
static bool is_by_brk(const struct target *target, const struct glibc_layout *layout) {
    uint64_t top = 0;
    const struct mapping *mapping = NULL;
    if (target_read(target, layout->main_arena + layout->top_at, &top, sizeof top)) {
        mapping = proc_maps_find(&target->maps, top);
    }
    return mapping != NULL && mapping->kind == mapping_brk;
}

/* A static program that has loaded a library has two libcs: its own, and that of the library. */
bool glibc_layout_find(const struct target *target, struct glibc_layout *layout) {
    struct glibc_layout of_program = {0};
    memset(layout, 0, sizeof *layout);
    if (!target->maps.has_libc) {
        return find_in(target, mapping_program, false, layout);
    }
    bool is_found = find_in(target, mapping_libc, false, layout);
    if ((is_found && is_by_brk(target, layout)) || !find_in(target, mapping_program, is_found, &of_program)) {
        return is_found;
    }
    *layout = of_program;
    return true;
}

bool glibc_layout_of_arena(const struct target *target, uint64_t address, struct glibc_layout *layout) {
    uint64_t words[(largest_top_at + top_to_next) / 8 + 8];
    enum { count = sizeof words / sizeof *words };
    memset(layout, 0, sizeof *layout);
    if (!target_read(target, address, words, sizeof words)) {
        return false;
    }
    for (size_t index = 0; index < sizeof usual_top_at / sizeof *usual_top_at && !layout->is_known; index++) {
        uint64_t top_at = usual_top_at[index];
        if (glibc_layout_matches(&target->maps, words, count, address, top_at)) {
            layout->top_at = top_at;
            layout->next_at = top_at + top_to_next;
            place_tail(layout, words + layout->next_at / 8);
            layout->is_known = true;
        }
    }
    return layout->is_known;
}

bool glibc_layout_has_fastbins(const struct glibc_layout *layout) {
    return layout->is_known && layout->top_at >= (uint64_t)fast_bins * 8;
}

bool glibc_arena_read(const struct target *target, const struct glibc_layout *layout, uint64_t address,
                      struct arena_state *state) {
    uint64_t words[(largest_top_at + top_to_next) / 8 + 8];
    memset(state, 0, sizeof *state);
    if (layout->state_bytes > sizeof words || !target_read(target, address, words, (size_t)layout->state_bytes)) {
        return false;
    }
    state->address = address;
    state->top = words[layout->top_at / 8];
    state->next = words[layout->next_at / 8];
    state->system_mem = words[layout->system_mem_at / 8];
    state->is_noncontiguous = (words[0] >> 32 & 2) != 0; /* flags, NONCONTIGUOUS_BIT */
    state->attached_threads = layout->attached_at == 0 ? 0 : (uint32_t)words[layout->attached_at / 8];
    if (glibc_layout_has_fastbins(layout)) {
        memcpy(state->fast, &words[layout->top_at / 8 - fast_bins], sizeof state->fast);
    }
    return true;
}

bool glibc_arena_is_empty(const struct glibc_layout *layout, const struct arena_state *state) {
    return state->top >= state->address && state->top < state->address + layout->state_bytes;
}
