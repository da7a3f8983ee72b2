/* SPDX-License-Identifier: MIT */
#include "jvm_blocks.h"

#include "chunk_size.h"
#include "round_up.h"

#include <stdbool.h>
#include <string.h>

enum {
    size_word_bytes = 8, /* of malloc's header; the other word of it is the chunk's before */
    /* Chunk of memory/arena.hpp: next, length, and from JDK 23 on a stamp; malloc rounds up by less than 16 bytes. */
    arena_header_min = 16,
    arena_header_end = 48,
    arena_length_min = 192, /* Chunk::tiny_size, 256 less a slack of 24 to 40, in all versions */
    first_user_address = 0x10000,
    /* Symbol of oops/symbol.hpp since JDK 13: hash and reference count, 16 bits each, length, body. */
    symbol_length_at = 4,
    symbol_body_at = 6,
    symbol_min = 3,   /* of its length: of shorter ones too little tells */
    symbol_look = 16, /* at most so many bytes of its body are looked at */
    node_next_bytes =
        8, /* utilities/concurrentHashTable.hpp: since JDK 22 a symbol lies in its node, behind the next */
};

static const uint64_t user_end = UINT64_C(1) << 47;

/* Nothing, or where a block of malloc may begin. */
static bool is_link(uint64_t word) {
    return word == 0 || (word >= first_user_address && word < user_end && word % chunk_align == 0);
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

/* `before`: of the block, bytes in front of the symbol. */
static bool is_symbol(const unsigned char *start, size_t bytes, uint64_t chunk_bytes, size_t before) {
    if (bytes < before + symbol_body_at + symbol_min) {
        return false;
    }
    uint16_t count;
    uint16_t length;
    memcpy(&count, start + before, sizeof count);
    memcpy(&length, start + before + symbol_length_at, sizeof length);
    uint64_t request = before + round_up((uint64_t)symbol_body_at + length, sizeof(uint64_t));
    uint64_t chunk = round_up(request + size_word_bytes, chunk_align);
    if (count == 0 || length < symbol_min || (chunk < chunk_min ? chunk_min : chunk) != chunk_bytes) {
        return false;
    }
    size_t read = bytes - before - symbol_body_at;
    size_t body = length < read ? length : read;
    return is_text(start + before + symbol_body_at, body < symbol_look ? body : (size_t)symbol_look);
}

static bool is_symbol_node(const unsigned char *start, size_t bytes, uint64_t chunk_bytes) {
    uint64_t next;
    if (bytes < sizeof next) {
        return false;
    }
    memcpy(&next, start, sizeof next);
    /* The lowest two bits are flags of the table. */
    return is_link(next & ~UINT64_C(3)) && is_symbol(start, bytes, chunk_bytes, node_next_bytes);
}

enum jvm_block jvm_block_of(const unsigned char *start, size_t bytes, uint64_t chunk_bytes) {
    if (chunk_bytes < chunk_min) {
        return jvm_block_none;
    }
    if (is_arena(start, bytes, chunk_bytes - size_word_bytes)) {
        return jvm_block_arena;
    }
    bool is_name = is_symbol_node(start, bytes, chunk_bytes) || is_symbol(start, bytes, chunk_bytes, 0);
    return is_name ? jvm_block_symbol : jvm_block_none;
}
