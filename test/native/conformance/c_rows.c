/* SPDX-License-Identifier: MIT */
/* ISO C: 7.22.3 of C11 and C17, 7.24.3 of C23. */
#include "rows.h"

static void aligned_for_any_type(void) {
    for (size_t size = 16; size < 300000; size = size * 3 / 2) {
        for (unsigned way = 0; way < way_count; way++) {
            void *block = get_by(way, size);
            EXPECT(block != NULL && (uintptr_t)block % _Alignof(max_align_t) == 0);
            free(block);
        }
    }
}

/* DR 075 and C23: of a size too small for a stricter type, the alignment of that size suffices. */
static void small_aligned_for_what_fits(void) {
    for (size_t size = 1; size < 16; size++) {
        size_t needed = size < 2 ? 1 : size < 4 ? 2 : size < 8 ? 4 : 8;
        for (unsigned way = 0; way < way_count; way++) {
            void *block = get_by(way, size);
            EXPECT((uintptr_t)block % needed == 0);
            free(block);
        }
    }
}

enum { many = 2000 };

static void disjoint(void) {
    static unsigned char *blocks[many];
    static size_t sizes[many];
    for (unsigned index = 0; index < many; index++) {
        sizes[index] = index * 37 % 9001;
        blocks[index] = get_by(index % way_count, sizes[index]);
        EXPECT(blocks[index] != NULL);
        fill(blocks[index], sizes[index], index);
    }
    for (unsigned index = 0; index < many; index++) {
        EXPECT(is_filled(blocks[index], sizes[index], index));
        free(blocks[index]);
    }
}

/* Implementation-defined: NULL, or a pointer that can be freed and is no other block's. */
static void zero_size(void) {
    for (unsigned way = 0; way < way_count; way++) {
        void *first = get_by(way, 0);
        void *second = get_by(way, 0);
        EXPECT(first == NULL || first != second);
        free(first);
        free(second);
    }
}

static void calloc_zeroed(void) {
    for (size_t size = 1; size < 2000000; size = size * 2 + 1) {
        void *used = malloc(size);
        fill(used, size, 1);
        free(used);
        void *fresh = calloc(size, 1);
        EXPECT(fresh != NULL && is_zero(fresh, size));
        fill(fresh, size, 2);
        free(fresh);
        EXPECT((fresh = calloc(1, size)) != NULL && is_zero(fresh, size));
        free(fresh);
    }
}

static void calloc_overflow(void) {
    EXPECT(calloc(opaque(SIZE_MAX / 2 + 2), 2) == NULL);
    EXPECT(calloc(opaque(SIZE_MAX / 16 + 2), 16) == NULL);
    EXPECT(calloc(2, opaque(SIZE_MAX / 2 + 2)) == NULL);
    EXPECT(calloc(opaque((size_t)1 << 32), opaque((size_t)1 << 32)) == NULL);
}

static void keep_bytes(unsigned way, size_t from, size_t to, unsigned seed) {
    void *block = get_by(way, from);
    fill(block, from, seed);
    void *resized = realloc(block, to);
    EXPECT(resized != NULL && is_filled(resized, from < to ? from : to, seed));
    fill(resized, to, seed + 1);
    free(resized);
}

/*
 * Every size to every other, through what allocators treat differently: small, page, mapping. Each way for each, but
 * megabytes by one way for each other size: their bytes are what takes time.
 */
static void realloc_keeps(void) {
    static const size_t sizes[] = {
        1, 8, 24, 25, 100, 1032, 1033, 4095, 4096, 4097, 65536, 131072, 140000, 1000003, 5000011,
    };
    enum { count = sizeof sizes / sizeof *sizes, is_long = 1000003 };
    for (unsigned from = 0; from < count; from++) {
        for (unsigned to = 0; to < count; to++) {
            bool has_long = sizes[from] >= is_long || sizes[to] >= is_long;
            for (unsigned way = 0; way < way_count; way++) {
                if (!has_long || way == (from + to) % way_count) {
                    keep_bytes(way, sizes[from], sizes[to], from);
                }
            }
        }
    }
}

static void realloc_failing(void) {
    for (size_t size = 1; size < 3000000; size = size * 5 + 2) {
        void *block = malloc(size);
        fill(block, size, 3);
        EXPECT(realloc(block, opaque(PTRDIFF_MAX)) == NULL);
        EXPECT(is_filled(block, size, 3));
        fill(block, size, 4);
        free(block);
    }
}

static void realloc_of_null(void) {
    void *block = realloc(NULL, 1000);
    EXPECT(block != NULL);
    fill(block, 1000, 1);
    free(block);
}

static void free_of_null(void) {
    free(NULL);
}

static void aligned(void) {
    for (size_t alignment = 1; alignment <= (size_t)1 << 24; alignment <<= 1) {
        for (size_t count = 1; count < 4; count++) {
            size_t size = alignment * count;
            void *block = aligned_alloc(alignment, size);
            EXPECT(block != NULL && (uintptr_t)block % alignment == 0);
            fill(block, size < 70000 ? size : 70000, 1);
            free(block);
        }
    }
}

static void sized_frees(void) {
    NEEDS(free_sized != NULL && free_aligned_sized != NULL);
    for (size_t size = 0; size < 500000; size = size * 2 + 1) {
        free_sized(malloc(size), size);
        free_sized(calloc(size, 2), size * 2);
        free_sized(realloc(malloc(7), size + 1), size + 1);
        free_aligned_sized(aligned_alloc(256, size * 256), 256, size * 256);
    }
    free_sized(NULL, 9);
    free_aligned_sized(NULL, 16, 9);
}

static const struct row list[] = {
    {"C11 7.22.3", "a block is aligned for any type", aligned_for_any_type},
    {"C23 7.24.3", "a block smaller than 16 bytes is aligned for the types that fit", small_aligned_for_what_fits},
    {"C11 7.22.3", "blocks are disjoint and keep their bytes", disjoint},
    {"C11 7.22.3", "size 0: NULL, or a pointer of its own that can be freed", zero_size},
    {"C11 7.22.3.1", "aligned_alloc: a multiple of every power of two, up to 16 MiB", aligned},
    {"C11 7.22.3.2", "calloc: zeros, of memory used before as well", calloc_zeroed},
    {"C11 7.22.3.2", "calloc: a product that overflows is NULL", calloc_overflow},
    {"C11 7.22.3.3", "free(NULL) does nothing", free_of_null},
    {"C23 7.24.3.4", "free_sized and free_aligned_sized free", sized_frees},
    {"C11 7.22.3.5", "realloc keeps the bytes from any size to any other", realloc_keeps},
    {"C11 7.22.3.5", "realloc that fails keeps the block", realloc_failing},
    {"C11 7.22.3.5", "realloc(NULL, size) is malloc(size)", realloc_of_null},
};
const struct rows rows_of_c = {list, sizeof list / sizeof *list};
