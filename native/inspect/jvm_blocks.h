/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_JVM_BLOCKS_H
#define OFFHEAP_JVM_BLOCKS_H

/* What of malloc's blocks is HotSpot's own, told by how the blocks begin. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum jvm_block {
    jvm_block_none,
    jvm_block_arena,  /* of an arena: what the compilers and other threads of the JVM work in */
    jvm_block_symbol, /* a name: of a class, a method, a field, or a constant of text */
    jvm_block_kinds,
};

/*
 * `start`: of the block, as much of it as was read. `chunk_bytes`: with malloc's header. Makes no system call. Of a
 * block of which too little was read to tell, jvm_block_none.
 */
enum jvm_block jvm_block_of(const unsigned char *start, size_t bytes, uint64_t chunk_bytes);

enum {
    jvm_block_look = 32, /* bytes of a block by which jvm_block_of() tells; it has no use for more */
};

/*
 * Whether a length of `bytes` with malloc's word before it makes a chunk of this size: it is rounded up by less than 16
 * bytes, but to 32 at least. 1 or 0: a compiler takes the | of two bool for a slip of ||, which branches.
 */
static inline unsigned jvm_length_fits(uint64_t bytes, uint64_t chunk_bytes, uint64_t more) {
    uint64_t width = (chunk_bytes == 32 ? 25 : 16) + more;
    return chunk_bytes - 8 - bytes < width;
}

/*
 * By the first two words of a block, without a branch: 0, and jvm_block_of() is jvm_block_none. Of the few of which
 * it is true that may be so as well. The offsets are those of jvm_blocks.c.
 */
static inline unsigned jvm_block_may_be(uint64_t first, uint64_t second, uint64_t chunk_bytes) {
    uint64_t in_node = second >> 32 & 0xffff;
    uint64_t behind_count = first >> 32 & 0xffff;
    uint64_t before_count = first & 0xffff;
    unsigned is_arena = chunk_bytes - 24 - second < 32;
    unsigned is_node =
        jvm_length_fits(14 + in_node, chunk_bytes, 0) | jvm_length_fits(20 + 2 * in_node, chunk_bytes, 0);
    unsigned is_late = jvm_length_fits(6 + behind_count, chunk_bytes, 0);
    /* Of JDK 8 to 12: the text begins at 6 or at 8. */
    unsigned is_early = jvm_length_fits(6 + before_count, chunk_bytes, 2);
    unsigned has_count = (first & 0xffff) != 0;
    return is_arena | (is_node & ((second & 0xffff) != 0)) | (is_late & has_count) |
           (is_early & ((first & 0xffff0000) != 0));
}

#endif
