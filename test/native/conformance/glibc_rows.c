/* SPDX-License-Identifier: MIT */
/*
 * The GNU C Library's manual 3.2.3 and malloc/malloc.c of 2.36 where the manual is silent; man pages malloc(3),
 * malloc_usable_size(3), posix_memalign(3) of man-pages 6.03.
 */
#include "rows.h"

#include <dirent.h>
#include <wchar.h>

static void aligned_to_16(void) {
    for (size_t size = 0; size < 3000; size++) {
        for (unsigned way = 0; way < way_count; way++) {
            void *block = get_by(way, size);
            EXPECT((uintptr_t)block % 16 == 0);
            free(block);
        }
    }
}

static void zero_is_a_block(void) {
    for (unsigned way = 0; way < way_count; way++) {
        void *first = get_by(way, 0);
        void *second = get_by(way, 0);
        EXPECT(first != NULL && second != NULL && first != second);
        EXPECT((first = realloc(first, 100)) != NULL);
        fill(first, 100, 1);
        free(first);
        free(second);
    }
}

static void realloc_to_zero(void) {
    EXPECT(realloc(malloc(100), opaque_zero) == NULL);
    EXPECT(reallocarray(malloc(100), opaque_zero, 8) == NULL);
    EXPECT(reallocarray(malloc(1000000), 8, opaque_zero) == NULL);
}

/* Of many blocks at once: were a usable byte another block's, that one's pattern would be broken. */
static void usable(void) {
    enum { count = 1000 };
    static unsigned char *blocks[count];
    static size_t sizes[count];
    for (unsigned index = 0; index < count; index++) {
        size_t size = index * 53 % 20011;
        blocks[index] = get_by(index % way_count, size);
        sizes[index] = malloc_usable_size(blocks[index]);
        EXPECT(sizes[index] >= size);
        fill(blocks[index], sizes[index], index);
    }
    for (unsigned index = 0; index < count; index++) {
        EXPECT(malloc_usable_size(blocks[index]) == sizes[index] && is_filled(blocks[index], sizes[index], index));
        free(blocks[index]);
    }
    EXPECT(malloc_usable_size(NULL) == 0);
}

static void usable_large(void) {
    for (size_t size = 100000; size < 100000000; size *= 3) {
        char *block = malloc(size);
        size_t bytes = malloc_usable_size(block);
        EXPECT(bytes >= size);
        block[0] = block[bytes - 1] = 1;
        EXPECT((block = realloc(block, size * 2)) != NULL && malloc_usable_size(block) >= size * 2);
        EXPECT((block = realloc(block, size / 2)) != NULL && malloc_usable_size(block) >= size / 2);
        free(block);
    }
}

static void page_blocks(void) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    for (size_t size = 1; size < 50000; size = size * 2 + 1) {
        void *block = valloc(size);
        EXPECT(block != NULL && (uintptr_t)block % page == 0);
        free(block);
    }
}

static void whole_pages(void) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    for (size_t size = 1; size < 50000; size = size * 2 + 1) {
        void *block = pvalloc(size);
        EXPECT(block != NULL && (uintptr_t)block % page == 0);
        EXPECT(malloc_usable_size(block) >= ((size + page - 1) & ~(page - 1)));
        free(block);
    }
}

static void memalign_rounds_up(void) {
    NEEDS(!(CONFORMANCE_IS_SANITIZED && CONFORMANCE_IS_METER));
    static const size_t alignments[] = {0, 1, 3, 17, 24, 100, 1000, 4097};
    for (unsigned index = 0; index < sizeof alignments / sizeof *alignments; index++) {
        void *block = memalign(alignments[index], 100);
        size_t power = 1;
        while (power < alignments[index]) {
            power <<= 1;
        }
        EXPECT(block != NULL && (uintptr_t)block % power == 0);
        free(block);
    }
}

static void memalign_too_large(void) {
    errno = 0;
    EXPECT(memalign(opaque(SIZE_MAX / 2 + 2), 1) == NULL && errno == EINVAL);
    errno = 0;
    EXPECT(memalign(4096, opaque(SIZE_MAX - 8192)) == NULL && errno == ENOMEM);
}

static void page_blocks_too_large(void) {
    errno = 0;
    EXPECT(valloc(opaque(SIZE_MAX - 4096)) == NULL && errno == ENOMEM);
}

static void whole_pages_too_large(void) {
    errno = 0;
    EXPECT(pvalloc(opaque(SIZE_MAX - 100)) == NULL && errno == ENOMEM);
}

static void failing_memalign_keeps_pointer(void) {
    void *mark = &mark;
    EXPECT(posix_memalign(&mark, 3, 8) == EINVAL && mark == &mark);
    EXPECT(posix_memalign(&mark, 64, opaque(PTRDIFF_MAX)) == ENOMEM && mark == &mark);
}

/* 2.38 and later; before, glibc took any alignment and rounded it up, and then the row is broken when it is asked. */
static void aligned_alloc_refuses(void) {
    NEEDS(!CONFORMANCE_IS_METER); /* whose libc decides */
    errno = 0;
    EXPECT(aligned_alloc(opaque(24), 48) == NULL && errno == EINVAL);
    errno = 0;
    EXPECT(aligned_alloc(opaque_zero, 48) == NULL && errno == EINVAL);
}

/* glibc takes a size that is no multiple of the alignment, as C17 (DR 460) does. */
static void aligned_alloc_of_any_size(void) {
    NEEDS(!(CONFORMANCE_IS_SANITIZED && CONFORMANCE_IS_METER));
    void *block = aligned_alloc(256, opaque(100));
    EXPECT(block != NULL && (uintptr_t)block % 256 == 0);
    fill(block, 100, 1);
    free(block);
}

static void success_keeps_errno(void) {
    errno = 4242;
    for (unsigned way = 0; way < way_count; way++) {
        for (size_t size = 1; size < 3000000; size *= 9) {
            free(realloc(get_by(way, size), size * 2));
            EXPECT(errno == 4242);
        }
    }
}

/* The blocks that libc's own functions get for the program are of the same allocator. */
static void blocks_of_libc(void) {
    NEEDS(CONFORMANCE_PRELOADED);
    char *text = NULL;
    size_t bytes = 0;
    EXPECT(asprintf(&text, "%05d", 42) == 5 && malloc_usable_size(text) >= 6);
    EXPECT((text = realloc(text, 100000)) != NULL && strcmp(text, "00042") == 0);
    free(text);
    FILE *stream = open_memstream(&text, &bytes);
    EXPECT(stream != NULL && fprintf(stream, "%0100000d", 1) == 100000 && fclose(stream) == 0 && bytes == 100000);
    free(text);
    text = NULL;
    bytes = 0;
    EXPECT((stream = fopen("/proc/self/maps", "r")) != NULL && getline(&text, &bytes, stream) > 0 &&
           fclose(stream) == 0);
    free(text);
    free(getcwd(NULL, 0));
    free(realpath("/proc/self/..", NULL));
    free(strndup("abcdef", 3));
    free(wcsdup(L"abc"));
    struct dirent **names;
    int count = scandir("/", &names, NULL, alphasort);
    for (int index = 0; index < count; index++) {
        free(names[index]);
    }
    free(names);
    EXPECT(count > 2 && sscanf("word", "%ms", &text) == 1 && strcmp(text, "word") == 0);
    free(text);
}

static const struct row list[] = {
    {"glibc manual 3.2.3.2", "every block is aligned to 16, of 0 bytes too", aligned_to_16},
    {"malloc(3)", "size 0 is a block of its own, which can grow", zero_is_a_block},
    {"malloc(3)", "realloc and reallocarray to 0 free, and return NULL", realloc_to_zero},
    {"malloc_usable_size(3)", "usable bytes: at least as asked for, and all of them the block's own", usable},
    {"malloc_usable_size(3)", "usable bytes of large blocks, growing and shrinking", usable_large},
    {"posix_memalign(3)", "valloc: on a page", page_blocks},
    {"posix_memalign(3)", "pvalloc: on a page, and whole pages", whole_pages},
    {"malloc/malloc.c", "memalign rounds its alignment up to a power of two", memalign_rounds_up},
    {"malloc/malloc.c", "memalign: EINVAL beyond half of the address space, ENOMEM for too much", memalign_too_large},
    {"malloc/malloc.c", "valloc of too much is NULL and ENOMEM", page_blocks_too_large},
    {"malloc/malloc.c", "pvalloc of too much is NULL and ENOMEM", whole_pages_too_large},
    {"posix_memalign(3)", "posix_memalign that fails leaves the pointer alone", failing_memalign_keeps_pointer},
    {"glibc 2.38", "aligned_alloc of what is no power of two: NULL and EINVAL", aligned_alloc_refuses},
    {"C17 DR 460", "aligned_alloc of a size that is no multiple of the alignment", aligned_alloc_of_any_size},
    {"malloc/malloc.c", "a call that succeeds keeps errno", success_keeps_errno},
    {"glibc manual 3.2.3.4", "blocks of libc's functions can be freed, resized and measured", blocks_of_libc},
};
const struct rows rows_of_glibc = {list, sizeof list / sizeof *list};
