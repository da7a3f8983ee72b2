/* SPDX-License-Identifier: MIT */
#include "object_layout.h"

#include <string.h>

enum { first_lightweight = 21, shift_most = 16, alignment_most = 256 };

static unsigned shift_of(const struct vm_tables *tables, struct vm_memory *memory, const char *names) {
    int32_t shift = vm_static_int(tables, memory, names);
    return shift >= 0 && shift <= shift_most ? (unsigned)shift : 0;
}

static void read_klass(const struct vm_tables *tables, struct vm_memory *memory, const struct vm_flags *flags,
                       struct object_layout *layout) {
    /* From 27 on there is nothing else, and no flag. */
    bool is_narrow = !flags->is_there[flag_compressed_klass] || flags->value[flag_compressed_klass] != 0;
    layout->klass_width = is_narrow ? klass_narrow : klass_word;
    if (flags->value[flag_compact_headers] != 0) {
        layout->klass_width = klass_in_mark;
    }
    layout->klass_base = vm_static_word(tables, memory,
                                        "CompressedKlassPointers::_base|CompressedKlassPointers::_narrow_klass._base|"
                                        "Universe::_narrow_klass._base");
    layout->klass_shift = shift_of(tables, memory,
                                   "CompressedKlassPointers::_shift|CompressedKlassPointers::_narrow_klass._shift|"
                                   "Universe::_narrow_klass._shift");
    layout->mark_klass_shift = (unsigned)vm_constant(tables, "markWord::klass_shift", 42) & 63;
}

static void read_oops(const struct vm_tables *tables, struct vm_memory *memory, const struct vm_flags *flags,
                      struct object_layout *layout) {
    layout->oops.width = 8;
    if (flags->value[flag_compressed_oops] != 0) {
        layout->oops.width = 4;
        layout->oops.base = vm_static_word(
            tables, memory, "CompressedOops::_base|CompressedOops::_narrow_oop._base|Universe::_narrow_oop._base");
        layout->oops.shift = shift_of(
            tables, memory, "CompressedOops::_shift|CompressedOops::_narrow_oop._shift|Universe::_narrow_oop._shift");
    }
}

static uint64_t mark_constant(const struct vm_tables *tables, const char *names) {
    return vm_constant(tables, names, 0);
}

static void read_mark(const struct vm_tables *tables, struct object_layout *layout) {
    layout->mark_bits = 3 | mark_constant(tables, "markWord::age_mask_in_place|markOopDesc::age_mask_in_place") |
                        mark_constant(tables, "markWord::hash_mask_in_place|markOopDesc::hash_mask_in_place");
    if (layout->klass_width == klass_in_mark) {
        layout->mark_bits |= UINT64_MAX << layout->mark_klass_shift;
    }
}

static int32_t mirror_place(const struct vm_tables *tables, struct vm_memory *memory, const char *names) {
    int32_t place = vm_static_int(tables, memory, names);
    return place > 0 && place < 1024 ? place : 0;
}

void object_layout_read(const struct vm_tables *tables, struct vm_memory *memory, const struct vm_flags *flags,
                        unsigned version, struct object_layout *layout) {
    memset(layout, 0, sizeof *layout);
    read_klass(tables, memory, flags, layout);
    read_oops(tables, memory, flags, layout);
    read_mark(tables, layout);
    layout->may_be_biased = flags->value[flag_biased_locking] != 0;
    layout->may_be_zero = version >= first_lightweight;
    /* arrayOopDesc::length_offset_in_bytes() */
    layout->length_at = layout->klass_width == klass_in_mark ? 8 : layout->klass_width == klass_narrow ? 12 : 16;
    uint32_t alignment = flags->value[flag_alignment];
    bool is_alignment = alignment >= 8 && alignment <= alignment_most && (alignment & (alignment - 1)) == 0;
    layout->alignment = is_alignment ? alignment : 8;
    layout->mirror_klass_at = mirror_place(tables, memory, "java_lang_Class::_klass_offset");
    layout->mirror_array_klass_at = mirror_place(tables, memory, "java_lang_Class::_array_klass_offset");
    layout->mirror_words_at = mirror_place(tables, memory, "java_lang_Class::_oop_size_offset");
}
