/* SPDX-License-Identifier: MIT */
#include "chunk_header.h"

#include <string.h>

enum {
    is_mmapped = 2,
    non_main_arena = 4,
    fence_bytes = 16,    /* CHUNK_HDR_SZ: sysmalloc's fenceposts */
    fastbin_bytes = 176, /* the largest that M_MXFAST may make a fastbin chunk: MAX_FAST_SIZE and the header */
};

static enum chunk_use use_of(const struct free_marks *marks, uint64_t at, uint64_t size, const uint64_t words[4]) {
    if (marks->tcache_key == 0) {
        return chunk_live;
    }
    if (words[3] == marks->tcache_key) {
        return chunk_in_tcache;
    }
    uint64_t next = (at + chunk_header_bytes) >> 12 ^ words[2];
    bool is_link = next == 0 || (next % chunk_align == 0 && next >= marks->low && next < marks->high);
    return size <= fastbin_bytes && is_link ? chunk_in_fastbin : chunk_live;
}

struct chunk_header chunk_parse(const struct free_marks *marks, uint64_t at, const unsigned char *data, size_t bytes) {
    uint64_t words[4];
    struct chunk_header header = {0, 0, chunk_live};
    if (bytes >= sizeof words) {
        memcpy(words, data, sizeof words);
        header.use = use_of(marks, at, words[1] & ~UINT64_C(7), words);
    } else {
        memcpy(words, data, chunk_header_bytes);
    }
    header.prev_size = words[0];
    header.word = words[1];
    return header;
}

/* sysmalloc ends a heap that is not the arena's last by a chunk of 0, a piece of the main arena by two of 16 bytes. */
static enum chunk_judgement judge_small(const struct stretch *stretch, uint64_t at, const struct chunk_header *header) {
    uint64_t left = stretch->end - at;
    uint64_t size = chunk_size(header);
    bool is_arena = stretch->kind == stretch_arena;
    if ((header->word & chunk_prev_inuse) == 0 && size == 0) {
        return chunk_bad;
    }
    if (size == 0) {
        return is_arena && left == fence_bytes ? chunk_final : chunk_bad;
    }
    if (is_arena) {
        return left == 2 * fence_bytes ? chunk_fence : chunk_bad;
    }
    return left == fence_bytes ? chunk_final : chunk_fence;
}

enum chunk_judgement chunk_judge(const struct stretch *stretch, uint64_t at, const struct chunk_header *header) {
    uint64_t size = chunk_size(header);
    uint64_t left = stretch->end - at;
    if ((header->word & is_mmapped) != 0 || size % chunk_align != 0) {
        return chunk_bad;
    }
    if (stretch->kind != stretch_arena && (header->word & non_main_arena) != 0) {
        return chunk_bad;
    }
    if (size < chunk_min) {
        return size == 0 || size == fence_bytes ? judge_small(stretch, at, header) : chunk_bad;
    }
    if (size > left) {
        return chunk_too_long;
    }
    if (size == left) {
        return chunk_top;
    }
    bool ends_a_page = (at + size) % page_bytes() == 0;
    return at == stretch->top && ends_a_page ? chunk_top : chunk_plain;
}
