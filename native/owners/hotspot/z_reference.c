/* SPDX-License-Identifier: MIT */
#include "z_heap.h"

/*
 * With generations, on x86-64, the address begins behind the one of the remapped bits that is set, the first of which
 * is bit 12; on others it begins at bit 16 (zAddress.hpp, ZPointer::load_shift_lookup()).
 */
enum { remapped_at = 12, remapped_mask = 15, fixed_shift = 16 };

static unsigned shift_of(uint64_t word) {
#if defined(__x86_64__)
    return remapped_at + 1 + (unsigned)__builtin_ctzll(word >> remapped_at);
#else
    (void)word;
    return fixed_shift;
#endif
}

/* What a thread or a JNI local handle has is an address without colours. */
static bool split(const struct z_heap *z, uint64_t word, uint64_t *offset, bool *is_stale) {
    uint64_t base = z->offset_mask + 1;
    uint64_t address = word;
    *is_stale = false;
    if (z->has_generations && (word >> remapped_at & remapped_mask) != 0 && word >> shift_of(word) >> 1 < base &&
        (word >> shift_of(word) & base) != 0) {
        address = word >> shift_of(word);
        *is_stale = (word & z->bad_mask) != 0;
    } else if (!z->has_generations) {
        *offset = word & z->offset_mask;
        *is_stale = (word & z->bad_mask) != 0;
        return word >> 1 < base << (z_views - 1) && word > z->offset_mask && *offset != 0;
    }
    *offset = address & z->offset_mask;
    return (address & ~z->offset_mask) == base;
}

bool z_offset_of(struct vm_memory *memory, const struct z_heap *z, uint64_t word, uint64_t *offset) {
    bool is_stale;
    if (word == 0 || !split(z, word, offset, &is_stale)) {
        return false;
    }
    if (is_stale) {
        *offset = z_forward(memory, z, *offset);
    }
    return true;
}
