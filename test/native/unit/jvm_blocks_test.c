/* SPDX-License-Identifier: MIT */
#include "check.h"
#include "jvm_blocks.h"

#include <string.h>

enum { look_bytes = 64 };

static unsigned char block[look_bytes];

static enum jvm_block arena_of(uint64_t next, uint64_t length, uint64_t chunk_bytes) {
    uint64_t words[] = {next, length};
    memset(block, 0, sizeof block);
    memcpy(block, words, sizeof words);
    return jvm_block_of(block, sizeof block, chunk_bytes);
}

/* As JDK 17 and JDK 25 have them. */
static void test_arena(void) {
    uint64_t next = 0x7f23e40096b0;
    CHECK(arena_of(next, 0x7fd8, 32752) == jvm_block_arena);
    CHECK(arena_of(0, 0x7fd8, 32752) == jvm_block_arena);
    CHECK(arena_of(next, 0x7fd8, 32768) == jvm_block_arena);
    CHECK(arena_of(next, 0x8000, 32800) == jvm_block_arena);
    CHECK(arena_of(next, UINT64_C(1) << 20, (UINT64_C(1) << 20) + 32) == jvm_block_arena);
}

static void test_no_arena(void) {
    uint64_t next = 0x7f23e40096b0;
    CHECK(arena_of(next, 0x7fd8, 32720) == jvm_block_none);
    CHECK(arena_of(next, 0x7fd8, 32800) == jvm_block_none);
    CHECK(arena_of(next, UINT64_MAX - 7, 32752) == jvm_block_none);
    CHECK(arena_of(next, 0x7fdb, 32752) == jvm_block_none);
    CHECK(arena_of(next + 8, 0x7fd8, 32752) == jvm_block_none);
    CHECK(arena_of(3, 0x7fd8, 32752) == jvm_block_none);
    CHECK(arena_of(UINT64_C(1) << 50, 0x7fd8, 32752) == jvm_block_none);
    CHECK(arena_of(next, 16, 48) == jvm_block_none);
}

static void put_symbol(size_t before, uint16_t count, const char *text, uint16_t length) {
    memcpy(block + before, &count, sizeof count);
    memcpy(block + before + 2, "\xd8\x22", 2);
    memcpy(block + before + 4, &length, sizeof length);
    memcpy(block + before + 6, text, strlen(text));
}

static enum jvm_block symbol_of(uint64_t next, uint16_t count, const char *text, uint64_t chunk_bytes) {
    size_t before = next == 0 ? 0 : sizeof next;
    memset(block, 0, sizeof block);
    memcpy(block, &next, before);
    put_symbol(before, count, text, (uint16_t)strlen(text));
    return jvm_block_of(block, sizeof block, chunk_bytes);
}

static void test_symbol(void) {
    uint64_t next = 0x7f3b539e2240;
    CHECK(symbol_of(0, 1, "accept", 32) == jvm_block_symbol);
    CHECK(symbol_of(0, 7, "java/lang/String", 32) == jvm_block_symbol);
    CHECK(symbol_of(0, 7, "java/lang/StringBuilder", 48) == jvm_block_symbol);
    CHECK(symbol_of(next, 1, "java/lang/String", 48) == jvm_block_symbol);
    CHECK(symbol_of(next | 1, 1, "java/lang/String", 48) == jvm_block_symbol);
    CHECK(symbol_of(0, 1, "na\xc3\xafve", 32) == jvm_block_symbol);
}

/* JDK 21 makes its nodes larger than they need to be: of a name of 72 letters 164 bytes. */
static void test_symbol_of_jdk_21(void) {
    uint64_t next = 0x7f2afd85ee20;
    CHECK(symbol_of(next, 1, "java/lang/StringBuilder", 80) == jvm_block_symbol);
    CHECK(symbol_of(next, 1, "java/lang/StringBuilder", 96) == jvm_block_none);
    CHECK(symbol_of(0, 1, "java/lang/StringBuilder", 80) == jvm_block_none);
}

/* As a JDK before 13 has them: `body_at` is 6 from JDK 9 on, and 8 in JDK 8. */
static enum jvm_block old_symbol_of(size_t body_at, uint16_t count, const char *text, uint64_t chunk_bytes) {
    uint16_t length = (uint16_t)strlen(text);
    memset(block, 0, sizeof block);
    memcpy(block, &length, sizeof length);
    memcpy(block + 2, &count, sizeof count);
    memset(block + 4, 0xcb, body_at - 4);
    memcpy(block + body_at, text, length);
    return jvm_block_of(block, sizeof block, chunk_bytes);
}

static void test_old_symbol(void) {
    CHECK(old_symbol_of(6, 1, "accept", 32) == jvm_block_symbol);
    CHECK(old_symbol_of(6, 1, "java/lang/StringBuilder", 48) == jvm_block_symbol);
    CHECK(old_symbol_of(8, 1, "java/lang/String", 32) == jvm_block_symbol);
    CHECK(old_symbol_of(8, 0xffff, "java/lang/StringBuilder", 48) == jvm_block_symbol);
    CHECK(old_symbol_of(8, 0, "java/lang/String", 32) == jvm_block_none);
    CHECK(old_symbol_of(8, 1, "java/lang/String", 48) == jvm_block_none);
    CHECK(old_symbol_of(6, 1, "java\nlang", 32) == jvm_block_none);
}

static void test_no_symbol(void) {
    CHECK(symbol_of(0, 1, "java/lang/String", 64) == jvm_block_none);
    CHECK(symbol_of(0, 0, "java/lang/String", 32) == jvm_block_none);
    CHECK(symbol_of(0, 1, "java\nlang", 32) == jvm_block_none);
    CHECK(symbol_of(0, 1, "of", 32) == jvm_block_none);
    CHECK(symbol_of(5, 1, "java/lang/String", 48) == jvm_block_none);
}

/* The end of what was read: a long name is told by its beginning, and of a few bytes nothing is. */
static void test_cut(void) {
    memset(block, 'x', sizeof block);
    put_symbol(0, 1, "a name", 300);
    CHECK(jvm_block_of(block, sizeof block, 320) == jvm_block_symbol);
    CHECK(jvm_block_of(block, 9, 320) == jvm_block_symbol);
    for (size_t bytes = 0; bytes < 9; bytes++) {
        CHECK(jvm_block_of(block, bytes, 320) == jvm_block_none);
    }
    CHECK(arena_of(0, 0x7fd8, 32752) == jvm_block_arena);
    CHECK(jvm_block_of(block, 15, 32752) == jvm_block_none);
    CHECK(jvm_block_of(block, sizeof block, 16) == jvm_block_none);
}

/* What jvm_block_of() knows by more than two words must never be lost by jvm_block_may_be(), which sees two. */
static void test_no_block_is_passed_over(void) {
    uint64_t random = 1;
    unsigned found[jvm_block_kinds] = {0};
    for (unsigned round = 0; round < (IS_SANITIZED ? 400009 : 4000037); round++) {
        random = random * UINT64_C(6364136223846793005) + 1442695040888963407;
        uint16_t length = (uint16_t)(random >> 40 & 0x7f);
        uint16_t count = (uint16_t)(random >> 50 & 3);
        uint64_t words[4] = {0, 0, 0x6161616161616161, 0x6161616161616161};
        uint64_t chunk_bytes = 32 + (random >> 33 & 15) * 16;
        unsigned char *bytes = (unsigned char *)words;
        static const struct {
            unsigned count_at;
            unsigned length_at;
        } layouts[] = {{8, 12}, {0, 4}, {2, 0}};
        size_t layout = (size_t)(random >> 60) % 4;
        if (layout < 3) {
            memset(bytes + layouts[layout].length_at, 'a', sizeof words - layouts[layout].length_at);
            memcpy(bytes + layouts[layout].count_at, &count, sizeof count);
            memcpy(bytes + layouts[layout].length_at, &length, sizeof length);
        } else {
            words[1] = chunk_bytes - (random >> 20 & 63);
        }
        enum jvm_block kind = jvm_block_of(bytes, sizeof words, chunk_bytes);
        found[kind]++;
        CHECK(kind == jvm_block_none || jvm_block_may_be(words[0], words[1], chunk_bytes));
    }
    CHECK(found[jvm_block_none] > 1000 && found[jvm_block_arena] > 1000 && found[jvm_block_symbol] > 1000);
}

int main(void) {
    test_arena();
    test_no_arena();
    test_symbol();
    test_symbol_of_jdk_21();
    test_old_symbol();
    test_no_symbol();
    test_cut();
    test_no_block_is_passed_over();
    return 0;
}
