/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_JAVA_ARRAYS_H
#define OFFHEAP_JAVA_ARRAYS_H

/* What an array is of, by its class's layout helper (src/hotspot/share/oops/klass.hpp): tag:2, …, type:8, size:8. */

#include "hotspot.h"

enum { layout_tag_shift = 30, layout_tag_numbers = -1, layout_type_shift = 8, layout_type_long = 11 };

/* It holds no reference: int[] and its like. */
static inline bool java_is_of_numbers(const struct hotspot_class *klass) {
    return klass->layout_helper < 0 && klass->layout_helper >> layout_tag_shift == layout_tag_numbers;
}

/* Its elements may be addresses of memory. */
static inline bool java_is_of_longs(const struct hotspot_class *klass) {
    return java_is_of_numbers(klass) && (klass->layout_helper >> layout_type_shift & 0xff) == layout_type_long;
}

/* A long may be an address; another number is none. */
static inline bool java_may_hold_addresses(const struct hotspot_class *klass) {
    return !java_is_of_numbers(klass) || java_is_of_longs(klass);
}

/* It is an array, and holds references alone. */
static inline bool java_is_of_references(const struct hotspot_class *klass) {
    return klass->layout_helper < 0 && !java_is_of_numbers(klass);
}

#endif
