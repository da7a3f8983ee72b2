/* SPDX-License-Identifier: MIT */
#include "property.h"

enum { full_check = 512 };

bool is_zero(const void *block, size_t size) {
    for (size_t index = 0; index < size; index++) {
        if (((const unsigned char *)block)[index] != 0) {
            return false;
        }
    }
    return true;
}

/* splitmix64 */
uint64_t next(struct worker *worker) {
    uint64_t z = (worker->random += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

size_t random_size(struct worker *worker) {
    uint64_t random = next(worker);
    unsigned kind = random % 2000;
    size_t largest = kind < 1500 ? 256 : kind < 1900 ? 4096 : kind < 1999 ? 65536 : (size_t)4 << 20;
    return (random >> 16) % (largest + 1);
}

static unsigned char pattern(uint64_t seed, size_t at) {
    return (unsigned char)((seed >> (at & 31)) + at * 7 + 1);
}

/* Every byte of small blocks; of others the ends, and one byte in 509. */
static size_t step_after(size_t at, size_t size) {
    return at < full_check || at + full_check >= size ? 1 : at + 509 + full_check < size ? 509 : size - full_check - at;
}

void paint(struct model *model, size_t from) {
    for (size_t at = from; at < model->size; at++) {
        model->block[at] = pattern(model->seed, at);
    }
}

bool is_painted(const struct model *model, size_t until) {
    for (size_t at = 0; at < until; at += step_after(at, until)) {
        if (model->block[at] != pattern(model->seed, at)) {
            return false;
        }
    }
    return true;
}

enum call allocate_as(struct worker *worker, struct model *model) {
    static const enum call ways[] = {call_malloc,        call_malloc,   call_malloc,       call_malloc,
                                     call_calloc,        call_realloc,  call_reallocarray, call_posix_memalign,
                                     call_aligned_alloc, call_memalign, call_valloc};
    enum call call = ways[next(worker) % (sizeof ways / sizeof *ways)];
    size_t alignment = (size_t)16 << next(worker) % (next(worker) % 64 == 0 ? 13 : 4);
    size_t size = model->size;
    void *block = NULL;
    switch (call) {
    case call_malloc:
        block = malloc(size);
        break;
    case call_calloc:
        block = calloc(size, 1);
        HOLDS(worker, block != NULL && is_zero(block, size));
        break;
    case call_realloc:
        block = realloc(NULL, size);
        break;
    case call_reallocarray:
        block = reallocarray(NULL, 1, size);
        break;
    case call_posix_memalign:
        HOLDS(worker, posix_memalign(&block, alignment, size) == 0 && (uintptr_t)block % alignment == 0);
        break;
    case call_aligned_alloc:
        model->size = size = (size + alignment - 1) & ~(alignment - 1);
        block = aligned_alloc(alignment, size);
        HOLDS(worker, (uintptr_t)block % alignment == 0);
        break;
    case call_memalign:
        block = memalign(alignment, size);
        HOLDS(worker, (uintptr_t)block % alignment == 0);
        break;
    default:
        model->size = size = size == 0 ? 1 : size; /* of 0 bytes ThreadSanitizer gives a page that may not be written */
        block = valloc(size);
        HOLDS(worker, (uintptr_t)block % (size_t)sysconf(_SC_PAGESIZE) == 0);
    }
    model->block = block;
    return call;
}
