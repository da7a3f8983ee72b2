/* SPDX-License-Identifier: MIT */
#include "hotspot.h"

#include "classes.h"
#include "fields.h"
#include "reserved.h"
#include "vm_image.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { oldest_told = 9 };

/* HotSpot 25 is that of JDK 8; the one of JDK 25 has no such name of a flag's type. */
static unsigned version_of(const struct hotspot *vm) {
    int32_t major =
        vm_static_int(vm->tables, vm->memory, "Abstract_VM_Version::_vm_major_version|VM_Version::_vm_major_version");
    bool is_8 = vm_size(vm->tables, "JVMFlag") == 0;
    return is_8 || major < oldest_told ? 8 : (unsigned)major;
}

static enum hotspot_collector collector_of(const struct vm_flags *flags) {
    static const struct {
        enum vm_flag flag;
        enum hotspot_collector collector;
    } collectors[] = {
        {flag_g1, hotspot_g1},
        {flag_parallel, hotspot_parallel},
        {flag_z, hotspot_z},
        {flag_shenandoah, hotspot_shenandoah},
        {flag_epsilon, hotspot_epsilon},
        {flag_cms, hotspot_cms},
        {flag_serial, hotspot_serial},
    };
    for (size_t index = 0; index < sizeof collectors / sizeof collectors[0]; index++) {
        if (flags->value[collectors[index].flag] != 0) {
            return collectors[index].collector;
        }
    }
    return hotspot_other_gc;
}

static const char *fill_places(struct hotspot *vm) {
    vm->tables = vm_tables_read(vm->memory, &vm->image);
    if (vm->tables == NULL) {
        return "its tables could not be read";
    }
    vm_flags_read(vm->tables, vm->memory, &vm->flags);
    vm->version = version_of(vm);
    vm->collector = collector_of(&vm->flags);
    reserved_read(vm);
    return "";
}

/* What cannot be read is not told; a class, a heap or the layout of an object must be. */
static const char *fill(struct hotspot *vm) {
    const char *why = fill_places(vm);
    if (*why != '\0') {
        return why;
    }
    vm_archive_open(vm->target, &vm->archive);
    symbol_layout_read(vm->tables, &vm->archive, &vm->symbols);
    object_layout_read(vm->tables, vm->memory, &vm->flags, vm->version, &vm->layout);
    if (vm->collector == hotspot_z) {
        z_heap_read(vm->tables, vm->memory, vm->flags.value[flag_z_generational] != 0 || vm->version > 21,
                    vm_static_word(vm->tables, vm->memory, "Universe::_collectedHeap"), &vm->z);
        reserved_read(vm);
    }
    classes_read(vm);
    if (vm->classes.count == 0) {
        return "its classes could not be read";
    }
    fields_prepare(vm);
    return "";
}

static struct inspect_verdict open_by(const struct target *target, const char *(*fill_by)(struct hotspot *),
                                      struct hotspot **result, const char **why) {
    *result = NULL;
    *why = "";
    struct hotspot *vm = calloc(1, sizeof *vm);
    if (vm == NULL) {
        return inspect_failure("memory", ENOMEM);
    }
    vm->target = target;
    vm->image.descriptor = -1;
    const char *why_no_image = vm_image_open(target, &vm->image, &vm->is_unchecked);
    if (why_no_image != NULL) {
        *why = why_no_image;
    } else if ((vm->memory = vm_memory_create(target, &vm->image)) == NULL) {
        hotspot_close(vm);
        return inspect_failure("memory", ENOMEM);
    } else {
        *why = fill_by(vm);
    }
    struct inspect_verdict verdict = deadline_verdict(target->deadline, "reading the JVM's description of itself");
    if (verdict.status == inspect_ok && **why == '\0') {
        *result = vm;
    } else {
        hotspot_close(vm);
    }
    return verdict;
}

struct inspect_verdict hotspot_open(const struct target *target, struct hotspot **result, const char **why) {
    return open_by(target, fill, result, why);
}

struct inspect_verdict hotspot_open_places(const struct target *target, struct hotspot **result, const char **why) {
    return open_by(target, fill_places, result, why);
}

void hotspot_close(struct hotspot *vm) {
    if (vm == NULL) {
        return;
    }
    class_table_free(&vm->classes);
    z_heap_free(&vm->z);
    vm_tables_free(vm->tables);
    vm_memory_destroy(vm->memory);
    vm_image_close(&vm->image);
    vm_archive_close(&vm->archive);
    free(vm);
}

enum hotspot_collector hotspot_collector_of(const struct hotspot *vm) {
    return vm->collector;
}

const char *hotspot_collector_name(enum hotspot_collector collector) {
    static const char *const names[] = {
        [hotspot_serial] = "Serial", [hotspot_parallel] = "Parallel",
        [hotspot_g1] = "G1",         [hotspot_shenandoah] = "Shenandoah",
        [hotspot_z] = "ZGC",         [hotspot_epsilon] = "Epsilon",
        [hotspot_cms] = "CMS",       [hotspot_other_gc] = "other",
    };
    return names[collector];
}

bool hotspot_is_whole(const struct hotspot *vm) {
    return !vm->lacks_classes;
}

bool hotspot_is_unchecked(const struct hotspot *vm) {
    return vm->is_unchecked;
}

unsigned hotspot_version(const struct hotspot *vm) {
    return vm->version;
}

size_t hotspot_class_count(const struct hotspot *vm) {
    return vm->classes.count;
}

const struct hotspot_class *hotspot_class(const struct hotspot *vm, size_t index) {
    return &vm->classes.list[index];
}

size_t hotspot_class_at(const struct hotspot *vm, uint64_t address) {
    return class_table_find(&vm->classes, address);
}

size_t hotspot_reserved(const struct hotspot *vm, struct hotspot_space *ranges, size_t most) {
    size_t count = vm->reserved_count < most ? vm->reserved_count : most;
    if (count > 0) {
        memcpy(ranges, vm->reserved, count * sizeof *ranges);
    }
    return count;
}

struct hotspot_oops hotspot_oops_of(const struct hotspot *vm) {
    return vm->layout.oops;
}
