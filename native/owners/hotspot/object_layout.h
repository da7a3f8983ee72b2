/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_OBJECT_LAYOUT_H
#define OFFHEAP_OBJECT_LAYOUT_H

/* How the JVM lays out its objects: oops/oop.hpp, oops/markWord.hpp, oops/compressedKlass.hpp. */

#include "hotspot.h"
#include "vm_flags.h"

enum klass_width { klass_in_mark, klass_narrow, klass_word };

struct object_layout {
    enum klass_width klass_width;
    uint64_t klass_base;
    unsigned klass_shift;
    unsigned mark_klass_shift; /* of a compact header */
    uint64_t mark_bits;        /* that a word of an unlocked object may have */
    bool may_be_biased;
    bool may_be_zero; /* the mark word of a locked object: lightweight locking */
    unsigned length_at;
    uint64_t alignment;
    struct hotspot_oops oops;
    int32_t mirror_klass_at; /* in instances of java.lang.Class; 0: not told */
    int32_t mirror_array_klass_at;
    int32_t mirror_words_at; /* how many words the mirror has */
};

void object_layout_read(const struct vm_tables *tables, struct vm_memory *memory, const struct vm_flags *flags,
                        unsigned version, struct object_layout *layout);

#endif
