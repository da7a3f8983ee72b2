/* SPDX-License-Identifier: MIT */
#include "jvm_blocks.h"

#include "chunk_size.h"
#include "round_up.h"
#include "user_address.h"

#include <stdbool.h>
#include <string.h>

enum {
    size_word_bytes = 8, /* of malloc's header; the other word of it is the chunk's before */
    /* Chunk of memory/arena.hpp: next, length, and from JDK 23 on a stamp; malloc rounds up by less than 16 bytes. */
    arena_header_min = 16,
    arena_header_end = 48,
    arena_length_min = 192, /* Chunk::tiny_size, 256 less a slack of 24 to 40, in all versions */
    first_user_address = 0x10000,
    symbol_min = 3,   /* of its length: of shorter ones too little tells */
    symbol_look = 16, /* at most so many bytes of its body are looked at */
};

/*
 * Where a Symbol of oops/symbol.hpp has its reference count, its length, 16 bits each, and its text. Since JDK 21 it
 * lies in its node of the table, behind the next (utilities/concurrentHashTable.hpp).
 */
struct symbol_layout {
    bool is_node;
    bool is_twice; /* the block has room for its text twice */
    size_t count_at;
    size_t length_at;
    size_t body_at;
};

static const struct symbol_layout symbol_layouts[] = {
    {true, false, 8, 12, 14}, /* since JDK 22: beside the count 16 bits of hash */
    {true, true, 8, 12, 14},  /* of JDK 21 (classfile/symbolTable.cpp, allocate_node) */
    {false, false, 0, 4, 6},  /* of JDK 13 to 20 */
    {false, false, 2, 0, 6},  /* of JDK 9 to 12: 16 bits of hash before the text */
    {false, false, 2, 0, 8},  /* of JDK 8: 32 bits of it */
};
enum { symbol_layout_count = sizeof symbol_layouts / sizeof symbol_layouts[0] };

/* Nothing, or where a block of malloc may begin. */
static bool is_link(uint64_t word) {
    return word == 0 || (word >= first_user_address && word < user_address_end && word % chunk_align == 0);
}

static bool is_arena(const unsigned char *start, size_t bytes, uint64_t usable) {
    uint64_t words[2];
    if (bytes < sizeof words) {
        return false;
    }
    memcpy(words, start, sizeof words);
    uint64_t header = usable - words[1];
    return words[1] >= arena_length_min && words[1] < usable && header >= arena_header_min &&
           header < arena_header_end && words[1] % sizeof(uint64_t) == 0 && is_link(words[0]);
}

/* Names are of modified UTF-8: no control characters, no zeros. */
static bool is_text(const unsigned char *text, size_t bytes) {
    for (size_t index = 0; index < bytes; index++) {
        if (text[index] < ' ' || text[index] == 0x7f) {
            return false;
        }
    }
    return true;
}

static uint64_t chunk_of(uint64_t request) {
    uint64_t chunk = round_up(request + size_word_bytes, chunk_align);
    return chunk < chunk_min ? chunk_min : chunk;
}

/* What the JVM asks malloc for. */
static uint64_t request_of(const struct symbol_layout *layout, uint16_t length) {
    uint64_t end = (uint64_t)layout->body_at + length;
    /* Two bytes of the text are in the size of a Symbol already, and of a node that of a Symbol is a part. */
    return layout->is_twice ? end + sizeof(uint64_t) + length - 2 : round_up(end, sizeof(uint64_t));
}

static bool is_symbol(const unsigned char *start, size_t bytes, uint64_t chunk_bytes,
                      const struct symbol_layout *layout) {
    if (bytes < layout->body_at + symbol_min) {
        return false;
    }
    uint64_t next;
    uint16_t count;
    uint16_t length;
    memcpy(&next, start, sizeof next);
    memcpy(&count, start + layout->count_at, sizeof count);
    memcpy(&length, start + layout->length_at, sizeof length);
    /* The lowest two bits of a link are flags of the table. */
    bool may_be = count != 0 && length >= symbol_min && (!layout->is_node || is_link(next & ~UINT64_C(3)));
    if (!may_be || chunk_of(request_of(layout, length)) != chunk_bytes) {
        return false;
    }
    size_t read = bytes - layout->body_at;
    size_t body = length < read ? length : read;
    return is_text(start + layout->body_at, body < symbol_look ? body : (size_t)symbol_look);
}

enum jvm_block jvm_block_of(const unsigned char *start, size_t bytes, uint64_t chunk_bytes) {
    if (chunk_bytes < chunk_min) {
        return jvm_block_none;
    }
    if (is_arena(start, bytes, chunk_bytes - size_word_bytes)) {
        return jvm_block_arena;
    }
    for (size_t index = 0; index < symbol_layout_count; index++) {
        if (is_symbol(start, bytes, chunk_bytes, &symbol_layouts[index])) {
            return jvm_block_symbol;
        }
    }
    return jvm_block_none;
}
