/* SPDX-License-Identifier: MIT */
#include "object_header.h"

#include "../../inspect/round_up.h"
#include "../../inspect/user_address.h"
#include "reserved.h"

#include <string.h>

/* oops/markWord.hpp, since 8: the lowest two bits, and the third of a biased one. */
enum { mark_lock = 3, mark_locked = 0, mark_unlocked = 1, mark_monitor = 2, mark_moved = 3, mark_biased = 5 };
enum { biased_mask = 7 };

/* Klass::_lh_* (oops/klass.hpp), the same since 8. */
enum { lh_header_shift = 16, lh_header_mask = 255, lh_log2_mask = 63, log2_most = 3 };

static uint64_t word_at(const unsigned char *at) {
    uint64_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

static uint32_t half_at(const unsigned char *at) {
    uint32_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

static size_t klass_of(const struct hotspot *vm, const unsigned char *at) {
    const struct object_layout *layout = &vm->layout;
    uint64_t address;
    if (layout->klass_width == klass_narrow) {
        address = layout->klass_base + ((uint64_t)half_at(at + 8) << layout->klass_shift);
    } else if (layout->klass_width == klass_word) {
        address = word_at(at + 8);
    } else {
        address = layout->klass_base + (word_at(at) >> layout->mark_klass_shift << layout->klass_shift);
    }
    return class_table_find(&vm->classes, address);
}

/* A stack's or a monitor's address, which is no object's; or, for lightweight locking, the bits of an unlocked one. */
static bool is_lock(const struct hotspot *vm, uint64_t mark) {
    if (vm->layout.klass_width == klass_in_mark) {
        return true;
    }
    uint64_t address = mark & ~(uint64_t)mark_lock;
    return address == 0 ? vm->layout.may_be_zero : address < user_address_end && !reserved_has(vm, address);
}

enum header_proof object_header_read(const struct hotspot *vm, const unsigned char *at, size_t bytes, size_t *klass) {
    (void)bytes;
    *klass = klass_of(vm, at);
    if (*klass == SIZE_MAX || vm->classes.list[*klass].layout_helper == 0) {
        return header_none;
    }
    uint64_t mark = word_at(at);
    switch (mark & mark_lock) {
    case mark_unlocked:
        if ((mark & ~vm->layout.mark_bits) == 0) {
            return header_good;
        }
        return vm->layout.may_be_biased && (mark & biased_mask) == mark_biased && mark < user_address_end ? header_weak
                                                                                                          : header_none;
    case mark_moved:
        /* Marking of Serial and Parallel leaves nothing but these bits in an object that stays. */
        return mark == mark_moved ? header_good : header_moved;
    default:
        return is_lock(vm, mark) ? header_weak : header_none;
    }
}

static uint64_t array_bytes(const struct hotspot *vm, const unsigned char *at, size_t bytes, int32_t layout_helper) {
    uint32_t helper = (uint32_t)layout_helper;
    uint32_t log2 = helper & lh_log2_mask;
    if (bytes < vm->layout.length_at + sizeof(uint32_t) || log2 > log2_most) {
        return 0;
    }
    uint64_t length = half_at(at + vm->layout.length_at);
    if (length > INT32_MAX) {
        return 0;
    }
    return round_up((helper >> lh_header_shift & lh_header_mask) + (length << log2), vm->layout.alignment);
}

static uint64_t mirror_bytes(const struct hotspot *vm, const unsigned char *at, size_t bytes, uint64_t least) {
    size_t words_at = (size_t)vm->layout.mirror_words_at;
    if (words_at == 0 || bytes < words_at + sizeof(uint32_t)) {
        return least;
    }
    uint64_t told = (uint64_t)half_at(at + words_at) * 8;
    return told < least || told > INT32_MAX ? least : told;
}

/* The frames of a virtual thread, and a bit for each of their references (oops/instanceStackChunkKlass.inline.hpp). */
static uint64_t stack_bytes(const struct hotspot *vm, const unsigned char *at, size_t bytes, uint64_t least) {
    if (vm->stack_words_at == 0 || bytes < vm->stack_words_at + sizeof(uint32_t)) {
        return least;
    }
    uint64_t words = half_at(at + vm->stack_words_at);
    if (words > INT32_MAX / 8) {
        return least;
    }
    uint64_t bits = vm->layout.oops.width == 4 ? words * 2 : words;
    return round_up(least + words * 8 + round_up(bits, 64) / 8, vm->layout.alignment);
}

uint64_t object_bytes(const struct hotspot *vm, const unsigned char *at, size_t bytes, size_t klass) {
    const struct hotspot_class *told = &vm->classes.list[klass];
    if (told->layout_helper < 0) {
        return array_bytes(vm, at, bytes, told->layout_helper);
    }
    uint64_t least = round_up(told->instance_bytes, vm->layout.alignment);
    if (klass == vm->class_of_mirrors) {
        return mirror_bytes(vm, at, bytes, least);
    }
    return klass == vm->class_of_stacks ? stack_bytes(vm, at, bytes, least) : least;
}
