/* SPDX-License-Identifier: MIT */
#include "fields.h"

#include "field_list.h"

#include <string.h>

enum { superclasses_most = 256, name_most = 128 };

struct by_offset {
    uint32_t offset;
    bool is_static;
    bool is_found;
    struct field_entry entry;
};

static bool has_offset(void *to, const struct field_entry *entry) {
    struct by_offset *wanted = to;
    if (entry->offset != wanted->offset || entry->is_static != wanted->is_static) {
        return true;
    }
    wanted->entry = *entry;
    wanted->is_found = true;
    return false;
}

struct by_name {
    const struct hotspot *vm;
    uint64_t klass;
    const char *name;
    uint32_t offset;
};

static bool has_name(void *to, const struct field_entry *entry) {
    struct by_name *wanted = to;
    char text[name_most];
    size_t length = field_text(wanted->vm, wanted->klass, entry, entry->name, text, sizeof text);
    if (entry->is_static || length != strlen(wanted->name) || memcmp(text, wanted->name, length) != 0) {
        return true;
    }
    wanted->offset = entry->offset;
    return false;
}

uint32_t fields_find(const struct hotspot *vm, size_t klass, const char *name) {
    if (klass >= vm->classes.count || vm->classes.list[klass].layout_helper < 0) {
        return 0;
    }
    struct by_name wanted = {vm, vm->classes.list[klass].address, name, 0};
    field_list_read(vm, wanted.klass, has_name, &wanted);
    return wanted.offset;
}

void fields_prepare(struct hotspot *vm) {
    vm->stack_words_at = fields_find(vm, vm->class_of_stacks, "size");
}

static void copy_text(char *to, size_t bytes, const char *from, size_t length) {
    length = length < bytes - 1 ? length : bytes - 1;
    memcpy(to, from, length);
    to[length] = '\0';
}

/* java.lang.Thread.eetop is the JavaThread's address, though the class file has it. */
static bool is_own(const struct hotspot_class *klass, const struct field_entry *entry, const char *name) {
    return entry->is_injected || (strcmp(name, "eetop") == 0 && strcmp(klass->name, "java.lang.Thread") == 0);
}

static bool name_field(const struct hotspot *vm, const struct hotspot_class *klass, const struct field_entry *entry,
                       struct hotspot_field *field) {
    char text[name_most];
    size_t length = field_text(vm, klass->address, entry, entry->name, text, sizeof text);
    if (length == SIZE_MAX) {
        return false;
    }
    copy_text(field->name, sizeof field->name, text, length);
    copy_text(field->owner, sizeof field->owner, klass->name, strlen(klass->name));
    field->is_static = entry->is_static;
    field->is_injected = is_own(klass, entry, field->name);
    length = field_text(vm, klass->address, entry, entry->signature, text, 1);
    field->is_reference = length == 1 && (text[0] == 'L' || text[0] == '[');
    return true;
}

static bool find_in(const struct hotspot *vm, size_t klass, uint32_t offset, bool is_static,
                    struct hotspot_field *field) {
    const struct hotspot_class *told = &vm->classes.list[klass];
    struct by_offset wanted = {.offset = offset, .is_static = is_static};
    if (told->layout_helper >= 0) {
        field_list_read(vm, told->address, has_offset, &wanted);
    }
    return wanted.is_found && name_field(vm, told, &wanted.entry, field);
}

bool hotspot_field_at(struct hotspot *vm, size_t klass, uint32_t offset, struct hotspot_field *field) {
    for (unsigned depth = 0; klass < vm->classes.count && depth < superclasses_most; depth++) {
        if (find_in(vm, klass, offset, false, field)) {
            return true;
        }
        klass = class_table_find(&vm->classes, vm->classes.list[klass].super);
    }
    return false;
}

bool hotspot_static_at(struct hotspot *vm, size_t klass, uint32_t offset, struct hotspot_field *field) {
    return klass < vm->classes.count && find_in(vm, klass, offset, true, field);
}
