/* SPDX-License-Identifier: MIT */
#include "vm_flags.h"

#include <string.h>

enum { flags_most = 8192, flag_name_bytes = 64 };

static const struct {
    const char *name;
    size_t bytes;
} wanted[flag_count] = {
    [flag_serial] = {"UseSerialGC", 1},
    [flag_parallel] = {"UseParallelGC", 1},
    [flag_g1] = {"UseG1GC", 1},
    [flag_shenandoah] = {"UseShenandoahGC", 1},
    [flag_z] = {"UseZGC", 1},
    [flag_z_generational] = {"ZGenerational", 1},
    [flag_epsilon] = {"UseEpsilonGC", 1},
    [flag_cms] = {"UseConcMarkSweepGC", 1},
    [flag_compressed_oops] = {"UseCompressedOops", 1},
    [flag_compressed_klass] = {"UseCompressedClassPointers", 1},
    [flag_compact_headers] = {"UseCompactObjectHeaders", 1},
    [flag_biased_locking] = {"UseBiasedLocking", 1},
    [flag_alignment] = {"ObjectAlignmentInBytes", 4},
};

/* A page that was never written is not present: it holds zeros. */
static void take(struct vm_memory *memory, uint64_t address, const char *name, struct vm_flags *flags) {
    for (size_t index = 0; index < flag_count; index++) {
        if (strcmp(name, wanted[index].name) == 0) {
            flags->is_there[index] = true;
            if (!vm_memory_read(memory, address, &flags->value[index], wanted[index].bytes)) {
                flags->value[index] = 0;
            }
        }
    }
}

/* A page of libjvm.so without a flag has become rare enough to ask for each of them; 8 calls a flag Flag. */
void vm_flags_read(const struct vm_tables *tables, struct vm_memory *memory, struct vm_flags *flags) {
    uint64_t list = vm_static_word(tables, memory, "JVMFlag::flags|Flag::flags");
    uint64_t count = vm_static_word(tables, memory, "JVMFlag::numFlags|Flag::numFlags");
    uint64_t stride = vm_size(tables, "JVMFlag|Flag");
    uint64_t name_at = vm_offset(tables, "JVMFlag::_name|Flag::_name");
    uint64_t value_at = vm_offset(tables, "JVMFlag::_addr|Flag::_addr");
    memset(flags, 0, sizeof *flags);
    for (uint64_t index = 0; stride != 0 && index < count && index < flags_most; index++) {
        char name[flag_name_bytes];
        uint64_t name_address;
        uint64_t value_address;
        if (vm_read_word(memory, list + index * stride, name_at, &name_address) && name_address != 0 &&
            vm_read_word(memory, list + index * stride, value_at, &value_address) &&
            vm_read_text(memory, name_address, name, sizeof name)) {
            take(memory, value_address, name, flags);
        }
    }
}
