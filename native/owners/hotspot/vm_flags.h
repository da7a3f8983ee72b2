/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_VM_FLAGS_H
#define OFFHEAP_VM_FLAGS_H

#include "vm_tables.h"

/* The JVM's flags that decide how its heap is laid out (src/hotspot/share/runtime/flags/jvmFlag.hpp). */
enum vm_flag {
    flag_serial,
    flag_parallel,
    flag_g1,
    flag_shenandoah,
    flag_z,
    flag_z_generational,
    flag_epsilon,
    flag_cms,
    flag_compressed_oops,
    flag_compressed_klass,
    flag_compact_headers,
    flag_biased_locking,
    flag_alignment,
    flag_count,
};

struct vm_flags {
    bool is_there[flag_count];
    uint32_t value[flag_count]; /* 0 where it is not there */
};

void vm_flags_read(const struct vm_tables *tables, struct vm_memory *memory, struct vm_flags *flags);

#endif
