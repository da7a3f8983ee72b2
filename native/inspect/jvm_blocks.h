/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_JVM_BLOCKS_H
#define OFFHEAP_JVM_BLOCKS_H

/* What of malloc's blocks is HotSpot's own, told by how the blocks begin. */

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

#endif
