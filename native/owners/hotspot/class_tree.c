/* SPDX-License-Identifier: MIT */
#include "class_tree.h"

enum { dimensions_most = 256 };

struct tree {
    uint64_t subklass_at;
    uint64_t sibling_at;
    uint64_t arrays_at;
    uint64_t higher_at;
};

static void add_arrays(struct hotspot *vm, const struct klass_reader *reader, const struct tree *tree, uint64_t array) {
    for (unsigned depth = 0; depth < dimensions_most && array != 0 && klass_read(vm, reader, array); depth++) {
        if (!vm_read_word(vm->memory, array, tree->higher_at, &array)) {
            break;
        }
    }
}

static void add_siblings(struct hotspot *vm, const struct klass_reader *reader, const struct tree *tree,
                         uint64_t klass) {
    while (klass != 0 && klass_read(vm, reader, klass)) {
        if (!vm_read_word(vm->memory, klass, tree->sibling_at, &klass)) {
            break;
        }
    }
}

/* The list of classes is the queue: each is asked for its subclasses once, and what it has already is not added. */
void class_tree_read(struct hotspot *vm, const struct klass_reader *reader) {
    static const char *const primitives[] = {
        "Universe::_boolArrayKlassObj",   "Universe::_byteArrayKlassObj",   "Universe::_charArrayKlassObj",
        "Universe::_intArrayKlassObj",    "Universe::_shortArrayKlassObj",  "Universe::_longArrayKlassObj",
        "Universe::_singleArrayKlassObj", "Universe::_doubleArrayKlassObj",
    };
    struct tree tree = {
        vm_offset(vm->tables, "Klass::_subklass"),
        vm_offset(vm->tables, "Klass::_next_sibling"),
        vm_offset(vm->tables, "InstanceKlass::_array_klasses"),
        vm_offset(vm->tables, "ArrayKlass::_higher_dimension"),
    };
    add_siblings(vm, reader, &tree,
                 vm_static_word(vm->tables, vm->memory,
                                "SystemDictionary::_well_known_klasses[SystemDictionary::Object_klass_knum]"));
    for (size_t index = 0; index < vm->classes.count; index++) {
        struct hotspot_class klass = vm->classes.list[index];
        uint64_t next;
        if (klass.layout_helper >= 0 && vm_read_word(vm->memory, klass.address, tree.subklass_at, &next)) {
            add_siblings(vm, reader, &tree, next);
        }
        if (klass.layout_helper >= 0 && vm_read_word(vm->memory, klass.address, tree.arrays_at, &next)) {
            add_arrays(vm, reader, &tree, next);
        }
    }
    for (size_t index = 0; index < sizeof primitives / sizeof primitives[0]; index++) {
        add_arrays(vm, reader, &tree, vm_static_word(vm->tables, vm->memory, primitives[index]));
    }
}
