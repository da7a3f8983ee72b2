/* SPDX-License-Identifier: MIT */
/* POSIX.1-2024: pages malloc, calloc, free, posix_memalign, realloc, reallocarray. */
#include "rows.h"

static void too_large(void) {
    static const size_t sizes[] = {(size_t)PTRDIFF_MAX - 4096, (size_t)PTRDIFF_MAX, SIZE_MAX / 2 + 1, SIZE_MAX - 4096,
                                   SIZE_MAX};
    for (unsigned index = 0; index < sizeof sizes / sizeof *sizes; index++) {
        size_t size = opaque(sizes[index]);
        void *untouched = &untouched;
        errno = 0;
        EXPECT(malloc(size) == NULL && errno == ENOMEM);
        errno = 0;
        EXPECT(calloc(size, 1) == NULL && errno == ENOMEM);
        errno = 0;
        EXPECT(realloc(NULL, size) == NULL && errno == ENOMEM);
        errno = 0;
        EXPECT(reallocarray(NULL, 1, size) == NULL && errno == ENOMEM);
        EXPECT(posix_memalign(&untouched, 64, size) == ENOMEM);
    }
}

static void product_too_large(void) {
    errno = 0;
    EXPECT(calloc(opaque(SIZE_MAX / 2 + 2), 2) == NULL && errno == ENOMEM);
    char *block = malloc(1000);
    fill(block, 1000, 5);
    errno = 0;
    EXPECT(reallocarray(block, opaque(SIZE_MAX / 2 + 2), 2) == NULL && errno == ENOMEM);
    EXPECT(is_filled(block, 1000, 5));
    free(block);
}

static void realloc_errno(void) {
    void *block = malloc(100);
    errno = 0;
    EXPECT(realloc(block, opaque(PTRDIFF_MAX)) == NULL && errno == ENOMEM);
    free(block);
}

static void free_keeps_errno(void) {
    for (size_t size = 1; size < 20000000; size = size * 3 + 1) {
        for (unsigned way = 0; way < way_count; way++) {
            void *block = get_by(way, size);
            errno = 4242;
            free(block);
            EXPECT(errno == 4242);
        }
    }
    errno = 4242;
    free(NULL);
    EXPECT(errno == 4242);
}

static void bad_alignments(void) {
    static const size_t wrong[] = {0, 1, 2, 4, 12, 24, 48, 100, 4097, SIZE_MAX};
    for (unsigned index = 0; index < sizeof wrong / sizeof *wrong; index++) {
        void *block = NULL;
        EXPECT(posix_memalign(&block, opaque(wrong[index]), 100) == EINVAL);
    }
}

static void alignments(void) {
    for (size_t alignment = sizeof(void *); alignment <= (size_t)1 << 24; alignment <<= 1) {
        for (size_t size = 1; size < 40000; size = size * 7 + 3) {
            void *block = NULL;
            EXPECT(posix_memalign(&block, alignment, size) == 0 && (uintptr_t)block % alignment == 0);
            fill(block, size, 1);
            void *grown = realloc(block, size * 2);
            EXPECT(grown != NULL && is_filled(grown, size, 1));
            free(grown);
        }
    }
}

/* The error is the result; errno is for functions that are said to set it. */
static void memalign_errno(void) {
    NEEDS(!CONFORMANCE_IS_METER); /* whose libc decides */
    void *block = NULL;
    errno = 4242;
    EXPECT(posix_memalign(&block, 3, 8) == EINVAL && errno == 4242);
    EXPECT(posix_memalign(&block, 64, opaque((size_t)PTRDIFF_MAX + 1)) == ENOMEM && errno == 4242);
    EXPECT(posix_memalign(&block, (size_t)1 << 62, 8) == ENOMEM && errno == 4242);
    EXPECT(posix_memalign(&block, 8, 8) == 0 && errno == 4242);
    free(block);
}

static void memalign_of_nothing(void) {
    void *first = NULL;
    void *second = NULL;
    EXPECT(posix_memalign(&first, 64, 0) == 0 && posix_memalign(&second, 64, 0) == 0);
    EXPECT(first == NULL || first != second);
    free(first);
    free(second);
}

static const struct row list[] = {
    {"POSIX malloc", "a size that cannot be had is NULL and ENOMEM", too_large},
    {"POSIX calloc, reallocarray", "a product that overflows is NULL and ENOMEM, and keeps the block",
     product_too_large},
    {"POSIX realloc", "failing sets ENOMEM", realloc_errno},
    {"POSIX.1-2024 free", "free keeps errno", free_keeps_errno},
    {"POSIX posix_memalign", "EINVAL for what is no power of two times sizeof(void *)", bad_alignments},
    {"POSIX posix_memalign", "every power of two up to 16 MiB; realloc keeps the bytes", alignments},
    {"POSIX posix_memalign", "failing is told by the result, and errno stays", memalign_errno},
    {"POSIX posix_memalign", "size 0: NULL, or a pointer of its own that can be freed", memalign_of_nothing},
};
const struct rows rows_of_posix = {list, sizeof list / sizeof *list};
