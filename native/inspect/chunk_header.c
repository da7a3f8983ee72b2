/* SPDX-License-Identifier: MIT */
#include "chunk_header.h"

enum {
    fence_bytes = 16, /* CHUNK_HDR_SZ: sysmalloc's fenceposts */
};

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
    if ((header->word & chunk_mmapped) != 0 || size % chunk_align != 0) {
        return chunk_bad;
    }
    if (stretch->kind != stretch_arena && (header->word & chunk_not_main) != 0) {
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
    return at == stretch->top && ((at + size) & (page_bytes() - 1)) == 0 ? chunk_top : chunk_plain;
}
