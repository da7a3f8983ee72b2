/* SPDX-License-Identifier: MIT */
#include "look.h"

/* A second look at malloc's heaps costs as much as the first: for more than this share of nobody's it is worth it. */
enum { share_to_check = 1000 };

/* Whether the block is in the list, as it was. */
static bool is_listed(const struct block_list *blocks, uint64_t chunk, uint64_t bytes) {
    size_t low = 0;
    size_t high = blocks->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (block_chunk(blocks->list[middle]) < chunk) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < blocks->count && block_chunk(blocks->list[low]) == chunk && block_list_bytes(blocks, low) == bytes;
}

/*
 * Blocks that were freed while they were looked at have no pointer to them any more, and are nobody's loss. Those that
 * were taken again, for another arena, show it now. In a core file time stands still.
 */
struct inspect_verdict look_drop_freed(struct look *look) {
    const struct block_list *blocks = &look->inspection.blocks;
    uint64_t unowned = 0;
    uint64_t all = 0;
    for (uint32_t block = 0; block < blocks->count; block++) {
        uint64_t bytes = block_list_bytes(blocks, block);
        all += bytes;
        unowned += look->claims.owners[block] == no_owner ? bytes : 0;
    }
    struct inspection again;
    uint64_t budget_ms = look->options->budget_ms > 0 ? look->options->budget_ms : (uint64_t)longest_ms;
    const struct inspect_options options = {
        .budget_ms = budget_ms, .seed = 1, .wants_blocks = true, .cancelled = look->options->cancelled};
    if (unowned <= all / share_to_check || look->target.memory.core != NULL) {
        return inspect_good();
    }
    const struct remote whose = {.pid = look->target.tgid};
    struct inspect_verdict verdict = inspect_memory(&whose, &options, &again);
    for (uint32_t block = 0; verdict.status == inspect_ok && block < blocks->count; block++) {
        if (look->claims.owners[block] == no_owner &&
            !is_listed(&again.blocks, block_chunk(blocks->list[block]), block_list_bytes(blocks, block))) {
            look->claims.owners[block] = look_number_of_freed(look);
            look->graph.kinds[block] = no_kind;
        }
    }
    if (verdict.status == inspect_ok) {
        inspection_free(&again);
    }
    if (verdict.status == inspect_ok && look->vm != NULL) {
        struct block_marks marks = {0};
        verdict = block_marks_find(&look->target, &look->table, false, &marks);
        if (verdict.status == inspect_ok) {
            look_claim_chunks(look, &marks);
        }
        block_marks_free(&marks);
    }
    return verdict;
}
