/* SPDX-License-Identifier: MIT */
#include "expect.h"
#include <pthread.h>
#include <stddef.h>

/* malloc/malloc.c and malloc/arena.c of glibc 2.27 and later, 64-bit; a program may write what it likes into these. */
enum { bin_words = 254, info_bytes = 48, heap_max_bytes = 64 << 20, noncontiguous = 2 };

struct state {
    int32_t mutex;
    int32_t flags;
    uint64_t have_fastchunks;
    uint64_t fastbins[10];
    uint64_t top;
    uint64_t last_remainder;
    uint64_t bins[bin_words];
    uint32_t binmap[4];
    struct state *next;
    struct state *next_free;
    uint64_t attached_threads;
    uint64_t system_mem;
    uint64_t max_system_mem;
};

struct info {
    struct state *ar_ptr;
    struct info *prev;
    uint64_t size;
    uint64_t mprotect_size;
};

static void *forge_use_arena(void *block) {
    *(void **)block = malloc(100);
    return NULL;
}

/* The arena of a thread that has ended. Its `next` is the main arena. */
static inline struct state *forge_find_arena(void) {
    void *block = NULL;
    pthread_t thread;
    EXPECT(pthread_create(&thread, NULL, forge_use_arena, &block) == 0 && pthread_join(thread, NULL) == 0);
    struct info *heap =
        (struct info *)((uintptr_t)block & ~(uintptr_t)(page_size - 1)); /* block is on its first page */
    struct state *arena = heap->ar_ptr;
    EXPECT((char *)arena == (char *)heap + info_bytes && arena->next->next == arena);
    return arena;
}

/* Address space of so many heaps, aligned as they are. Nothing of it is resident. */
static inline char *forge_reserve(size_t heaps) {
    size_t bytes = (heaps + 1) * heap_max_bytes;
    char *space = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    EXPECT(space != MAP_FAILED && madvise(space, bytes, MADV_NOHUGEPAGE) == 0);
    return (char *)(((uintptr_t)space + heap_max_bytes - 1) & ~(uintptr_t)(heap_max_bytes - 1));
}

static inline void forge_wait(void) {
    EXPECT(write(STDOUT_FILENO, "ready\n", 6) == 6);
    for (char byte; read(STDIN_FILENO, &byte, 1) == 1;)
        ;
    _exit(0);
}
