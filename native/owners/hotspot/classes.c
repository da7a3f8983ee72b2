/* SPDX-License-Identifier: MIT */
#include "classes.h"

#include "class_tree.h"
#include "klass.h"

#include "../../inspect/list_room.h"

#include <stdlib.h>
#include <string.h>

enum { loaders_most = 1 << 20, first_capacity = 256, attempts_most = 3 };

struct heads {
    uint64_t *list; /* the first class of each loader */
    size_t count;
    size_t capacity;
};

static bool add_head(struct heads *heads, uint64_t head) {
    uint64_t *list = list_with_room(heads->list, heads->count, &heads->capacity, first_capacity, sizeof *list);
    if (list == NULL) {
        return false;
    }
    heads->list = list;
    list[heads->count++] = head;
    return true;
}

static void read_heads(struct hotspot *vm, struct heads *heads) {
    uint64_t next_at = vm_offset(vm->tables, "ClassLoaderData::_next");
    uint64_t klasses_at = vm_offset(vm->tables, "ClassLoaderData::_klasses");
    uint64_t loader = vm_static_word(vm->tables, vm->memory, "ClassLoaderDataGraph::_head");
    uint64_t first;
    for (size_t count = 0; loader != 0 && count < loaders_most; count++) {
        if (!vm_read_word(vm->memory, loader, klasses_at, &first) || (first != 0 && !add_head(heads, first)) ||
            !vm_read_word(vm->memory, loader, next_at, &loader)) {
            vm->lacks_classes = true;
            return;
        }
    }
}

/* A list that comes back to a class that was there, or to anything that is none, ends. */
static void read_list(struct hotspot *vm, const struct klass_reader *reader, uint64_t first) {
    uint64_t next;
    for (uint64_t klass = first; klass != 0 && klass_read(vm, reader, klass); klass = next) {
        if (!vm_read_word(vm->memory, klass, reader->next_at, &next)) {
            break;
        }
    }
}

/*
 * From 9 on each loader has a list of what it has defined, arrays included (classfile/classLoaderData.hpp). A new class
 * is put at its head once it is whole: what is read after the heads has all classes behind them.
 */
static void read_loaders(struct hotspot *vm, const struct klass_reader *reader) {
    struct heads heads = {0};
    read_heads(vm, &heads);
    vm_memory_forget(vm->memory);
    for (size_t index = 0; index < heads.count; index++) {
        read_list(vm, reader, heads.list[index]);
    }
    free(heads.list);
}

static enum hotspot_reference reference_of(const char *name) {
    static const char *const names[] = {
        [hotspot_strong] = "",
        [hotspot_soft] = "java.lang.ref.SoftReference",
        [hotspot_weak] = "java.lang.ref.WeakReference",
        [hotspot_final] = "java.lang.ref.FinalReference",
        [hotspot_phantom] = "java.lang.ref.PhantomReference",
    };
    for (size_t kind = hotspot_soft; kind <= hotspot_phantom; kind++) {
        if (strcmp(name, names[kind]) == 0) {
            return (enum hotspot_reference)kind;
        }
    }
    return hotspot_strong;
}

enum { depth_most = 256 };

/* By the names of its superclasses, which no program can take: the numbers of ReferenceType change. */
static enum hotspot_reference inherited_reference(const struct class_table *table, size_t index) {
    for (unsigned depth = 0; index < table->count && depth < depth_most; depth++) {
        enum hotspot_reference kind = reference_of(table->list[index].name);
        if (kind != hotspot_strong) {
            return kind;
        }
        index = class_table_find(table, table->list[index].super);
    }
    return hotspot_strong;
}

static void read_all(struct hotspot *vm) {
    struct klass_reader reader;
    klass_reader_prepare(vm, &reader);
    vm_memory_forget(vm->memory);
    vm->lacks_classes = false;
    if (reader.next_at != vm_absent && vm_offset(vm->tables, "ClassLoaderData::_klasses") != vm_absent) {
        read_loaders(vm, &reader);
    } else {
        class_tree_read(vm, &reader);
    }
}

void classes_read(struct hotspot *vm) {
    read_all(vm);
    for (unsigned attempt = 1; vm->lacks_classes && attempt < attempts_most; attempt++) {
        class_table_free(&vm->classes);
        read_all(vm);
    }
    vm->class_of_mirrors = SIZE_MAX;
    vm->class_of_stacks = SIZE_MAX;
    for (size_t index = 0; index < vm->classes.count; index++) {
        struct hotspot_class *klass = &vm->classes.list[index];
        klass->reference = inherited_reference(&vm->classes, index);
        if (strcmp(klass->name, "java.lang.Class") == 0) {
            vm->class_of_mirrors = index;
        } else if (strcmp(klass->name, "jdk.internal.vm.StackChunk") == 0) {
            vm->class_of_stacks = index;
        }
    }
}
